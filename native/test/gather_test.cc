#include "ops/gather.h"

#include <cmath>
#include <limits>

#include "ops/float_indices.h"
#include "program/program.h"
#include "test/harness.h"
#include "test/independence.h"
#include "test/op_runner.h"

using namespace convkit;
using namespace convkit::test;

namespace {

Layout flat(int64_t size) { return plainLayout({1, static_cast<int32_t>(size), {1, 1, 1}}); }

const GatherGeometry kShapes[] = {{1, 1, 1, 1},    {3, 7, 1, 5},     {2, 5, 3, 11},
                                  {1, 100, 64, 9}, {40, 33, 17, 50}, {1, 9, 1, 70000}};

std::vector<float> indicesFor(const GatherGeometry& g) {
  std::vector<float> indices;
  for (int i = 0; i < g.count; ++i) indices.push_back(static_cast<float>(i * 31 % (2 * g.length) - g.length));
  return indices;
}

std::vector<float> expectedOf(const GatherGeometry& g, const std::vector<float>& x,
                              const std::vector<float>& indices) {
  std::vector<float> y;
  for (int o = 0; o < g.outer; ++o) {
    for (const float index : indices) {
      const int64_t at = index < 0 ? static_cast<int64_t>(index) + g.length : static_cast<int64_t>(index);
      for (int i = 0; i < g.inner; ++i)
        y.push_back(x[static_cast<size_t>((o * g.length + at) * g.inner + i)]);
    }
  }
  return y;
}

std::vector<float> gather(const GatherGeometry& g, const std::vector<float>& x,
                          const std::vector<float>& indices, bool known, int threads) {
  OpRunner runner(threads);
  const Value input = runner.add(flat(static_cast<int64_t>(x.size())), x);
  const Value output = runner.add(flat(int64_t{g.outer} * g.count * g.inner));
  if (known) {
    AlignedBuffer places(static_cast<size_t>(g.count) * sizeof(int32_t));
    const IndexRange range{"gather", g.length, true};
    CHECK_EQUAL(toPlaces(range, indices.data(), g.count, places.data<int32_t>()), g.count);
    runner.run(*makeGatherOp(g, input, std::move(places), output));
  } else {
    const Value places = runner.addInts(std::vector<int32_t>(static_cast<size_t>(g.count), -1));
    runner.run(*makeGatherOp(g, input, runner.addVector(indices), places, output));
  }
  return runner.read(output);
}

}  // namespace

TEST(takesRowsByIndex) {
  for (const GatherGeometry& g : kShapes) {
    const std::vector<float> x = randomReals(int64_t{g.outer} * g.length * g.inner, 1);
    const std::vector<float> indices = indicesFor(g);
    const std::vector<float> expected = expectedOf(g, x, indices);
    checkSame(gather(g, x, indices, false, 2), expected, "read indices");
    checkSame(gather(g, x, indices, true, 2), expected, "known indices");
    checkThreads([&](int threads) { return gather(g, x, indices, false, threads); });
  }
}

TEST(aBadIndexWritesNothing) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  const GatherGeometry g{2, 5, 3, 40000};
  for (const float bad : {5.0f, -6.0f, 0.5f, -0.5f, nan, infinity, -infinity, 3e38f, 4294967296.0f}) {
    for (const size_t at : {size_t{0}, size_t{20000}, size_t{39999}}) {
      std::vector<float> indices = indicesFor(g);
      indices[at] = bad;
      OpRunner runner;
      const Value x = runner.addVector(randomReals(30, 2)), index = runner.addVector(indices);
      const Value places = runner.addInts(std::vector<int32_t>(40000));
      const Value y = runner.addVector(std::vector<float>(240000, 7));
      std::string message;
      try {
        runner.run(*makeGatherOp(g, x, index, places, y));
      } catch (const RunError& error) {
        message = error.what();
      }
      CHECK(message.find("gather: index ") == 0);
      CHECK(message.find(" is out of range for an axis of 5") != std::string::npos);
      for (const float value : runner.read(y)) CHECK(value == 7);
    }
  }
}

TEST(messagesNameTheFirstBadIndex) {
  const GatherGeometry g{1, 5, 1, 3};
  for (const auto& [bad, name] : {std::pair{-6.0f, "-6"},
                                  {0.5f, "0.5"},
                                  {16777216.0f, "16777216"},
                                  {3e38f, "3.00000001e+38"},
                                  {-1.25e-9f, "-1.24999999e-09"},
                                  {0.1f, "0.100000001"},
                                  {NAN, "NaN"},
                                  {INFINITY, "Infinity"},
                                  {-INFINITY, "-Infinity"}}) {
    OpRunner runner;
    const Value x = runner.addVector(randomReals(5, 2)), index = runner.addVector({4, bad, 99});
    const Value places = runner.addInts({0, 0, 0}), y = runner.addVector({7, 7, 7});
    std::string message;
    try {
      runner.run(*makeGatherOp(g, x, index, places, y));
    } catch (const RunError& error) {
      message = error.what();
    }
    CHECK_EQUAL(message, std::string("gather: index ") + name + " is out of range for an axis of 5");
  }
}

TEST(negativeZeroIsAnIndex) {
  const IndexRange range{"gather", 3, true};
  CHECK_EQUAL(range.placeOf(-0.0f), 0);
  CHECK_EQUAL(range.placeOf(-3), 0);
  CHECK_EQUAL(range.placeOf(2), 2);
  const IndexRange forward{"resample", 3, false};
  CHECK_EQUAL(forward.placeOf(-1), -1);
  CHECK_EQUAL(forward.placeOf(3), -1);
}

TEST_MAIN()
