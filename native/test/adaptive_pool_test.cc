#include "ops/adaptive_pool.h"

#include <cmath>

#include "test/harness.h"
#include "test/op_runner.h"
#include "test/plain_pool.h"

using namespace convkit;
using namespace convkit::test;

namespace {

constexpr Halo kHaloX{1, 0, 2, 1, 1, 3};
constexpr Halo kHaloY{0, 1, 1, 1, 2, 0};

const ResizeGeometry kAdaptive[] = {
    {2, 5, {1, 7, 7}, {1, 1, 1}},    {1, 18, {1, 10, 9}, {1, 3, 4}},  {1, 3, {1, 3, 2}, {1, 5, 7}},
    {2, 16, {4, 5, 6}, {2, 5, 4}},   {1, 1, {1, 1, 23}, {1, 1, 5}},   {1, 7, {3, 6, 5}, {1, 1, 1}},
    {1, 40, {1, 60, 61}, {1, 1, 1}}, {2, 20, {1, 33, 47}, {1, 6, 6}},
};

using MakeAdaptive = std::unique_ptr<Op> (*)(const ResizeGeometry&, const Value&, const Value&, Isa);

std::vector<float> runAdaptive(MakeAdaptive make, const ResizeGeometry& g, const std::vector<float>& x,
                               Isa isa, bool halo, int threads = 2) {
  OpRunner runner(threads);
  const Dims in{g.batch, g.channels, g.input}, out{g.batch, g.channels, g.output};
  const Value input = runner.add(blockedLayout(in, lanesOf(isa), halo ? kHaloX : Halo{}), x);
  const Value output = runner.add(blockedLayout(out, lanesOf(isa), halo ? kHaloY : Halo{}));
  runner.run(*make(g, input, output, isa));
  return runner.read(output);
}

}  // namespace

TEST(adaptivePoolsEqualPlainLoops) {
  forEachIsa([](Isa isa) {
    for (const ResizeGeometry& g : kAdaptive) {
      const std::vector<float> x = randomIntegers(int64_t{g.batch} * g.channels * g.input.volume(), 4);
      for (bool halo : {false, true}) {
        checkSame(runAdaptive(makeAdaptiveAvgPoolOp, g, x, isa, halo), adaptiveAverage(g, x), "average");
        for (const auto& values : {x, withSpecials(x)}) {
          checkSame(runAdaptive(makeAdaptiveMaxPoolOp, g, values, isa, halo), adaptiveMax(g, values).values,
                    "max");
        }
      }
    }
  });
}

TEST(adaptiveMaxPoolIndicesPointAtTheMaxima) {
  for (const ResizeGeometry& g : kAdaptive) {
    const Dims in{g.batch, g.channels, g.input}, out{g.batch, g.channels, g.output};
    const std::vector<float> x = withSpecials(randomIntegers(in.size(), 5));
    OpRunner runner;
    const Value input = runner.add(plainLayout(in), x);
    const Value output = runner.add(plainLayout(out));
    const Value indices = runner.addInts(std::vector<int32_t>(static_cast<size_t>(out.size()), -5));
    runner.run(*makeAdaptiveMaxPoolIndicesOp(g, input, output, indices));
    const Maxima expected = adaptiveMax(g, x);
    checkSame(runner.read(output), expected.values, "max");
    CHECK(runner.readInts(indices) == expected.indices);
  }
}

TEST(infiniteAveragesStayInfinite) {
  const ResizeGeometry g{1, 1, {1, 30, 40}, {1, 1, 1}};
  std::vector<float> x(1200, 1.0f);
  x[0] = kInfinity;
  forEachIsa(
      [&](Isa isa) { checkSame(runAdaptive(makeAdaptiveAvgPoolOp, g, x, isa, false), {kInfinity}, "inf"); });
  x[700] = -kInfinity;
  forEachIsa([&](Isa isa) { checkSame(runAdaptive(makeAdaptiveAvgPoolOp, g, x, isa, true), {kNan}, "nan"); });
}

TEST(globalAverageOfManyPixelsLosesNothing) {
  const ResizeGeometry g{1, 1, {1, 1100, 1000}, {1, 1, 1}};
  const std::vector<float> x(1100 * 1000, 0.1f);
  forEachIsa([&](Isa isa) {
    for (bool halo : {false, true}) {
      const float mean = runAdaptive(makeAdaptiveAvgPoolOp, g, x, isa, halo)[0];
      CHECK(std::fabs(mean - 0.1f) < 2e-7f);
    }
  });
}

TEST(adaptiveResultsDependNeitherOnThreadsNorOnTheBatch) {
  const ResizeGeometry g{3, 20, {1, 41, 43}, {1, 2, 2}};
  const std::vector<float> image = randomReals(20 * 41 * 43, 6);
  std::vector<float> batch;
  for (int n = 0; n < 3; ++n) batch.insert(batch.end(), image.begin(), image.end());
  forEachIsa([&](Isa isa) {
    const auto y = runAdaptive(makeAdaptiveAvgPoolOp, g, batch, isa, true, 1);
    checkSame(runAdaptive(makeAdaptiveAvgPoolOp, g, batch, isa, true, 3), y, "threads");
    const size_t third = y.size() / 3;
    checkSame({y.begin() + third, y.begin() + 2 * third}, {y.begin(), y.begin() + third}, "batch");
  });
}

TEST_MAIN()
