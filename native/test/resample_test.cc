#include "ops/resample.h"

#include <cmath>
#include <limits>

#include "kernels/resample/resample.h"
#include "program/program.h"
#include "test/harness.h"
#include "test/independence.h"
#include "test/op_runner.h"

using namespace convkit;
using namespace convkit::test;

namespace {

using Form = ResampleTables::Form;

Layout flat(int64_t size) { return plainLayout({1, static_cast<int32_t>(size), {1, 1, 1}}); }

struct Table {
  std::vector<float> indices, weights, offset;
};

Table tableFor(const ResampleGeometry& g, bool with_offset) {
  Table table;
  for (int64_t i = 0; i < int64_t{g.output_length} * g.taps; ++i) {
    table.indices.push_back(static_cast<float>(i * 7 / g.taps % g.length));
  }
  table.weights = randomIntegers(static_cast<int64_t>(table.indices.size()), 6);
  if (with_offset) table.offset = randomIntegers(g.output_length, 7);
  return table;
}

std::vector<float> expectedOf(const ResampleGeometry& g, const Table& table, const std::vector<float>& x) {
  std::vector<float> y;
  for (int o = 0; o < g.outer; ++o) {
    for (int j = 0; j < g.output_length; ++j) {
      for (int i = 0; i < g.inner; ++i) {
        double sum = table.offset.empty() ? 0 : table.offset[static_cast<size_t>(j)];
        for (int t = 0; t < g.taps; ++t) {
          const size_t entry = static_cast<size_t>(j * g.taps + t);
          const int64_t row = int64_t{o} * g.length + static_cast<int64_t>(table.indices[entry]);
          sum += table.weights[entry] * x[static_cast<size_t>(row * g.inner + i)];
        }
        y.push_back(static_cast<float>(sum));
      }
    }
  }
  return y;
}

ResampleTables knownTables(const ResampleGeometry& g, Form form, const Table& table) {
  const std::vector<int32_t> places(table.indices.begin(), table.indices.end());
  return ResampleTables(g, form, places.data(), table.weights.data(),
                        table.offset.empty() ? nullptr : table.offset.data());
}

ResampleTables readTables(const ResampleGeometry& g, Form form, const Table& table, OpRunner& runner) {
  const Value indices = runner.addVector(table.indices), weights = runner.addVector(table.weights);
  const Value offset = table.offset.empty() ? Value{} : runner.addVector(table.offset);
  return ResampleTables(g, form, indices, weights, offset, runner.add(flat(ResampleTables::words(g, form))));
}

struct Way {
  Form form;
  bool known;
};
const Way kWays[] = {
    {Form::kRuns, true}, {Form::kRuns, false}, {Form::kPlaces, true}, {Form::kPlaces, false}};

std::vector<float> resample(const ResampleGeometry& g, const Way& way, const Table& table,
                            const std::vector<float>& x, Isa isa, int threads) {
  OpRunner runner(threads);
  ResampleTables tables =
      way.known ? knownTables(g, way.form, table) : readTables(g, way.form, table, runner);
  const Value input = runner.add(plainLayout({g.outer, 1, {1, g.length, g.inner}}), x);
  const Value output = runner.add(plainLayout({g.outer, 1, {1, g.output_length, g.inner}}));
  if (way.form == Form::kRuns) {
    runner.run(*makeResampleRunsOp(ResampleAxis::kHeight, g.taps, std::move(tables), input, output, isa));
  } else {
    runner.run(*makeResamplePlacesOp(g, std::move(tables), input, output, isa));
  }
  return runner.read(output);
}

const ResampleGeometry kShapes[] = {
    {1, 1, 1, 1, 1},  {2, 5, 1, 9, 2},     {3, 9, 1, 4, 3},    {2, 6, 3, 11, 1},  {2, 4, 17, 8, 4},
    {1, 3, 32, 7, 2}, {1, 20, 1, 5000, 4}, {40, 30, 1, 61, 2}, {1, 7, 33, 14, 5}, {6, 50, 50, 100, 1}};

}  // namespace

TEST(sumsWhatTheTablesSay) {
  forEachIsa([&](Isa isa) {
    for (const ResampleGeometry& g : kShapes) {
      const std::vector<float> x = randomIntegers(int64_t{g.outer} * g.length * g.inner, 8);
      for (const bool with_offset : {false, true}) {
        const Table table = tableFor(g, with_offset);
        const std::vector<float> expected = expectedOf(g, table, x);
        for (const Way& way : kWays) checkSame(resample(g, way, table, x, isa, 2), expected, "y");
      }
    }
  });
}

TEST(threadsChangeNoBit) {
  forEachIsa([&](Isa isa) {
    for (const ResampleGeometry& g : kShapes) {
      const std::vector<float> x = randomReals(int64_t{g.outer} * g.length * g.inner, 9);
      Table table = tableFor(g, true);
      table.weights = randomReals(static_cast<int64_t>(table.weights.size()), 10);
      for (const Way& way : kWays) {
        checkThreads([&](int threads) { return resample(g, way, table, x, isa, threads); });
      }
    }
  });
}

TEST(aBadIndexWritesNothing) {
  const ResampleGeometry g{2, 5, 1, 8, 2};
  for (const float bad : {5.0f, -1.0f, 1.5f, std::numeric_limits<float>::quiet_NaN()}) {
    for (const Form form : {Form::kRuns, Form::kPlaces}) {
      OpRunner runner;
      Table table = tableFor(g, true);
      table.indices[13] = bad;
      ResampleTables tables = readTables(g, form, table, runner);
      const Value x = runner.add(plainLayout({2, 1, {1, 5, 1}}), randomReals(10, 11));
      const Value y = runner.add(plainLayout({2, 1, {1, 8, 1}}), std::vector<float>(16, 7));
      const std::unique_ptr<Op> op =
          form == Form::kRuns
              ? makeResampleRunsOp(ResampleAxis::kHeight, 2, std::move(tables), x, y, Isa::kBaseline)
              : makeResamplePlacesOp(g, std::move(tables), x, y, Isa::kBaseline);
      CHECK(op->canFail());
      CHECK_THROWS(runner.run(*op), RunError);
      for (const float value : runner.read(y)) CHECK(value == 7);
    }
  }
}

TEST(aNegativePlaceReadsNothing) {
  forEachIsa([&](Isa isa) {
    const std::vector<float> x = {std::numeric_limits<float>::quiet_NaN(), 2};
    const std::vector<int32_t> indices(kResampleLanes, -1);
    const std::vector<float> weights(kResampleLanes, 3);
    std::vector<float> y(5, 7);
    resampleKernels(isa).places(
        {x.data(), y.data(), indices.data(), weights.data(), nullptr, 5, 1, kResampleLanes});
    for (const float value : y) CHECK(value == 0);
  });
}

namespace {

struct BlockedCase {
  ResampleAxis axis;
  Dims x;
  int32_t length, taps;
  Halo x_halo, y_halo;
};

ResampleGeometry geometryOf(const BlockedCase& c) {
  const Extent3& s = c.x.space;
  const int32_t planes = c.x.n * c.x.c;
  if (c.axis == ResampleAxis::kWidth) return {planes * s.d * s.h, s.w, 1, c.length, c.taps};
  if (c.axis == ResampleAxis::kHeight) return {planes * s.d, s.h, s.w, c.length, c.taps};
  return {planes, s.d, s.h * s.w, c.length, c.taps};
}

}  // namespace

TEST(blockedAxesEqualPlainOnes) {
  const BlockedCase cases[] = {
      {ResampleAxis::kWidth, {2, 19, {1, 5, 6}}, 12, 1, {}, {0, 0, 1, 1, 1, 1}},
      {ResampleAxis::kWidth, {1, 32, {3, 2, 7}}, 5, 2, {1, 0, 0, 2, 1, 0}, {}},
      {ResampleAxis::kHeight, {2, 3, {1, 5, 6}}, 10, 2, {0, 0, 1, 1, 1, 1}, {0, 0, 2, 0, 0, 3}},
      {ResampleAxis::kHeight, {1, 64, {2, 40, 33}}, 80, 1, {}, {}},
      {ResampleAxis::kDepth, {2, 17, {4, 3, 5}}, 9, 4, {1, 1, 1, 1, 1, 1}, {0, 1, 0, 1, 1, 0}},
      {ResampleAxis::kDepth, {1, 8, {3, 4, 4}}, 2, 3, {}, {}}};
  forEachIsa([&](Isa isa) {
    for (const BlockedCase& c : cases) {
      const ResampleGeometry g = geometryOf(c);
      const Table table = tableFor(g, true);
      const std::vector<float> x = randomIntegers(c.x.size(), 12);
      Dims y_dims = c.x;
      (c.axis == ResampleAxis::kWidth    ? y_dims.space.w
       : c.axis == ResampleAxis::kHeight ? y_dims.space.h
                                         : y_dims.space.d) = c.length;
      OpRunner runner;
      const Value input = runner.add(blockedLayout(c.x, lanesOf(isa), c.x_halo), x);
      const Value output = runner.add(blockedLayout(y_dims, lanesOf(isa), c.y_halo));
      runner.run(*makeResampleRunsOp(c.axis, c.taps, knownTables(g, Form::kRuns, table), input, output, isa));
      checkSame(runner.read(output), expectedOf(g, table, x), "y");
    }
  });
}

TEST_MAIN()
