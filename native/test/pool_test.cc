#include "ops/pool.h"

#include "test/harness.h"
#include "test/op_runner.h"
#include "test/plain_pool.h"

using namespace convkit;
using namespace convkit::test;

namespace {

const PoolShape kShapes[] = {
    {"3x3 s2 p1", 2, 5, {1, 13, 31}, {1, 3, 3}, {1, 2, 2}, {1, 1, 1}, {0, 1, 1}, false},
    {"3x3 s1 p1", 1, 17, {1, 7, 9}, {1, 3, 3}, {1, 1, 1}, {1, 1, 1}, {0, 1, 1}, false},
    {"2x2 s2", 2, 16, {1, 16, 38}, {1, 2, 2}, {1, 2, 2}, {1, 1, 1}, {0, 0, 0}, false},
    {"ceil", 1, 3, {1, 4, 4}, {1, 3, 3}, {1, 3, 3}, {1, 1, 1}, {0, 1, 1}, true},
    {"ceil past the padding", 2, 33, {1, 6, 7}, {1, 3, 2}, {1, 2, 4}, {1, 1, 1}, {0, 1, 1}, true},
    {"13x13 s1 p6", 1, 4, {1, 19, 19}, {1, 13, 13}, {1, 1, 1}, {1, 1, 1}, {0, 6, 6}, false},
    {"1-D", 3, 1, {1, 1, 50}, {1, 1, 5}, {1, 1, 3}, {1, 1, 1}, {0, 0, 2}, false},
    {"3-D", 2, 9, {5, 6, 7}, {3, 2, 3}, {2, 1, 2}, {1, 1, 1}, {1, 1, 0}, false},
    {"1x1", 1, 2, {1, 3, 3}, {1, 1, 1}, {1, 1, 1}, {1, 1, 1}, {0, 0, 0}, false},
    {"whole plane", 2, 20, {1, 18, 17}, {1, 18, 17}, {1, 1, 1}, {1, 1, 1}, {0, 0, 0}, false},
    {"large, padded", 1, 6, {1, 40, 37}, {1, 20, 18}, {1, 9, 7}, {1, 1, 1}, {0, 10, 9}, true},
    {"enough for two threads", 2, 32, {1, 40, 41}, {1, 3, 3}, {1, 1, 1}, {1, 1, 1}, {0, 1, 1}, false},
};

const PoolShape kDilated[] = {
    {"dilated 3x3", 1, 6, {1, 11, 12}, {1, 3, 3}, {1, 2, 1}, {1, 2, 3}, {0, 1, 1}, false},
    {"taps on both sides of the input", 1, 3, {1, 4, 4}, {1, 2, 2}, {1, 1, 1}, {1, 5, 5}, {0, 1, 1}, false},
};

constexpr Halo kHaloX{1, 0, 2, 1, 1, 3};
constexpr Halo kHaloY{0, 1, 1, 1, 2, 0};

using MakePool = std::unique_ptr<Op> (*)(const PoolGeometry&, const Value&, const Value&, Isa);

std::vector<float> runBlocked(MakePool make, const PoolGeometry& g, const std::vector<float>& x, Isa isa,
                              bool halo, int threads = 2) {
  OpRunner runner(threads);
  const Value input = runner.add(blockedLayout(inputDims(g), lanesOf(isa), halo ? kHaloX : Halo{}), x);
  const Value output = runner.add(blockedLayout(outputDims(g), lanesOf(isa), halo ? kHaloY : Halo{}));
  runner.run(*make(g, input, output, isa));
  return runner.read(output);
}

void checkMax(const PoolShape& shape, Isa isa) {
  const PoolGeometry g = geometryOf(shape);
  const std::vector<float> x = randomIntegers(inputDims(g).size(), 1);
  for (const auto& values : {x, withSpecials(x), std::vector<float>(x.size(), -kInfinity)}) {
    for (bool halo : {false, true}) {
      checkSame(runBlocked(makeMaxPoolOp, g, values, isa, halo), plainMax(g, values).values, shape.name);
    }
  }
}

void checkAverage(const PoolShape& shape, Isa isa) {
  PoolGeometry g = geometryOf(shape);
  const std::vector<float> x = randomIntegers(inputDims(g).size(), 2);
  for (int32_t include_pad : {1, 0}) {
    for (int32_t divisor : {0, 7, -3}) {
      g.count_include_pad = include_pad;
      g.divisor_override = divisor;
      for (bool halo : {false, true}) {
        checkSame(runBlocked(makeAvgPoolOp, g, x, isa, halo), plainAverage(g, x), shape.name);
      }
    }
  }
}

}  // namespace

TEST(maxPoolEqualsPlainLoops) {
  forEachIsa([](Isa isa) {
    for (const PoolShape& shape : kShapes) checkMax(shape, isa);
    for (const PoolShape& shape : kDilated) checkMax(shape, isa);
  });
}

TEST(avgPoolEqualsPlainLoops) {
  forEachIsa([](Isa isa) {
    for (const PoolShape& shape : kShapes) checkAverage(shape, isa);
  });
}

TEST(avgPoolOfOnesInCeilMode) {
  PoolGeometry g = geometryOf({"", 1, 1, {1, 3, 3}, {1, 2, 2}, {1, 2, 2}, {1, 1, 1}, {0, 1, 1}, true});
  const std::vector<float> ones(9, 1.0f);
  forEachIsa([&](Isa isa) {
    g.count_include_pad = 1;
    checkSame(runBlocked(makeAvgPoolOp, g, ones, isa, false), {0.25f, 0.5f, 0.5f, 1.0f}, "ones");
    g.count_include_pad = 0;
    checkSame(runBlocked(makeAvgPoolOp, g, ones, isa, false), {1, 1, 1, 1}, "ones");
  });
}

TEST(maxPoolIndicesEqualPlainLoops) {
  for (const PoolShape& shape : kShapes) {
    const PoolGeometry g = geometryOf(shape);
    const std::vector<float> x = randomIntegers(inputDims(g).size(), 3);
    for (const auto& values : {x, withSpecials(x), std::vector<float>(x.size(), -kInfinity)}) {
      OpRunner runner;
      const Value input = runner.add(plainLayout(inputDims(g)), values);
      const Value output = runner.add(plainLayout(outputDims(g)));
      const Value indices = runner.addInts(std::vector<int32_t>(outputDims(g).size(), -5));
      runner.run(*makeMaxPoolIndicesOp(g, input, output, indices));
      const Maxima expected = plainMax(g, values);
      checkSame(runner.read(output), expected.values, shape.name);
      CHECK(runner.readInts(indices) == expected.indices);
    }
  }
}

TEST(maxPoolIndicesOfNanTiesAndNothing) {
  const PoolGeometry g = geometryOf({"", 1, 1, {1, 1, 8}, {1, 1, 4}, {1, 1, 4}, {1, 1, 1}, {0, 0, 0}, false});
  OpRunner runner;
  const Value input = runner.add(plainLayout(inputDims(g)), {kNan, 9, kNan, 2, 1, 5, 5, 0});
  const Value output = runner.add(plainLayout(outputDims(g)));
  const Value indices = runner.addInts({-1, -1});
  runner.run(*makeMaxPoolIndicesOp(g, input, output, indices));
  CHECK(runner.readInts(indices) == (std::vector<int32_t>{2, 5}));

  const PoolGeometry outside = geometryOf(kDilated[1]);
  OpRunner second;
  const Value x = second.add(plainLayout(inputDims(outside)), std::vector<float>(48, 1.0f));
  const Value y = second.add(plainLayout(outputDims(outside)));
  const Value at = second.addInts(std::vector<int32_t>(3, -1));
  second.run(*makeMaxPoolIndicesOp(outside, x, y, at));
  CHECK(second.readInts(at) == (std::vector<int32_t>{0, 0, 0}));
  checkSame(second.read(y), {-kInfinity, -kInfinity, -kInfinity}, "nothing inside");
}

TEST(resultsDependNeitherOnThreadsNorOnTheBatch) {
  const PoolGeometry g =
      geometryOf({"", 3, 20, {1, 41, 43}, {1, 3, 3}, {1, 1, 1}, {1, 1, 1}, {0, 1, 1}, false});
  const std::vector<float> image = randomReals(20 * 41 * 43, 6);
  std::vector<float> batch;
  for (int n = 0; n < 3; ++n) batch.insert(batch.end(), image.begin(), image.end());
  forEachIsa([&](Isa isa) {
    const auto y = runBlocked(makeAvgPoolOp, g, batch, isa, true, 1);
    checkSame(runBlocked(makeAvgPoolOp, g, batch, isa, true, 3), y, "threads");
    const size_t third = y.size() / 3;
    checkSame({y.begin() + third, y.begin() + 2 * third}, {y.begin(), y.begin() + third}, "batch");
  });
}

TEST_MAIN()
