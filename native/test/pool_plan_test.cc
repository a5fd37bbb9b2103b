// Which poolings the planner keeps on plain values.

#include "ops/pool_plain.h"
#include "test/harness.h"
#include "test/op_runner.h"
#include "test/plain_pool.h"
#include "test/program_builder.h"

using namespace convkit;
using namespace convkit::test;

namespace {

Extent3 square(int32_t size) { return {1, size, size}; }

// A global average of 32 channels, by itself or after a convolution that leaves blocks.
std::string reasonOfAverage(bool after_convolution) {
  constexpr int kChannels = 32, kPixels = 20 * 20;
  const std::vector<float> weights(kChannels * kChannels, 0.25f), ones(kChannels * kPixels, 1.0f);
  ProgramBuilder builder;
  const int x = builder.input(kChannels * kPixels);
  int features = x;
  if (after_convolution) {
    const PoolShape pixel{"", 1, kChannels, square(20), square(1), square(1), square(1), {0, 0, 0}, false};
    features = builder.slot(kChannels * kPixels);
    ProgramBuilder::Extras direct;
    direct.algorithm = Algorithm::kDirect;
    builder.step(StepKind::kConv, {x, builder.constant(weights), kNoSlot, kNoSlot, kNoSlot}, {features},
                 convFields({1, kChannels, kChannels, 1, geometryOf(pixel).window}), direct);
  }
  const int y = builder.slot(kChannels);
  builder.output(y);
  builder.step(StepKind::kAdaptiveAvgPool, {features}, {y}, {1, kChannels, 1, 20, 20, 1, 1, 1});
  const auto program = Program::create(builder.spec());
  std::vector<float> means(kChannels);
  const void* inputs[] = {ones.data()};
  void* outputs[] = {means.data()};
  program->run(inputs, outputs, nullptr);
  checkSame(means, std::vector<float>(kChannels, after_convolution ? 8.0f : 1.0f), "global average");
  return program->describe().back().reason;
}

}  // namespace

TEST(thePlannerPoolsPlainValuesPlain) {
  CHECK_EQUAL(reasonOfAverage(false), "columns in lanes: plain values on both sides");
  CHECK_EQUAL(reasonOfAverage(true), "channels in lanes");
}

TEST(plainPoolingPaysWhereLanesHaveWork) {
  const auto pays = [](int32_t size, int32_t kernel, int32_t stride) {
    const Extent3 window{1, kernel, kernel}, step{1, stride, stride};
    return plainPoolPays(PoolReduction::kMax,
                         geometryOf({"", 1, 512, square(size), window, step, square(1), {0, 0, 0}, false}));
  };
  CHECK(pays(112, 3, 2) && pays(56, 2, 2) && pays(14, 3, 1) && pays(112, 5, 1) && pays(7, 7, 1));
  CHECK(!pays(7, 3, 1) && !pays(14, 5, 1) && !pays(14, 3, 3) && !pays(200, 2, 100) && !pays(2, 2, 2));
  CHECK(plainPoolPays(PoolReduction::kAverage, ResizeGeometry{1, 2048, square(7), square(1)}));
  CHECK(!plainPoolPays(PoolReduction::kAverage, ResizeGeometry{1, 512, square(13), {1, 6, 6}}));
}

TEST_MAIN()
