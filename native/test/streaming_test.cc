// Results that outgrow the second-level cache go past the caches where their rows are aligned. One that is
// not aligned is stored as usual: both must be the same, to the last bit and within their bounds.

#include "ops/streaming.h"

#include <cstring>

#include "core/thread_pool.h"
#include "harness.h"
#include "program_builder.h"
#include "test/op_runner.h"

namespace convkit::test {
namespace {

struct Shape {
  const char* name;
  int in_channels, out_channels, groups, width, kernel;
  Algorithm algorithm;
};

constexpr Shape kShapes[] = {
    {"1x1", 8, 24, 1, 112, 1, Algorithm::kGemm},
    {"depthwise", 24, 24, 24, 112, 3, Algorithm::kDepthwise},
    {"depthwise 5x5", 24, 24, 24, 112, 5, Algorithm::kDepthwise},
    {"groups", 24, 24, 6, 112, 3, Algorithm::kDirect},
    {"winograd", 4, 24, 1, 112, 3, Algorithm::kWinograd},
    {"winograd, ragged", 4, 21, 1, 112, 3, Algorithm::kWinograd},
    {"direct", 16, 32, 1, 112, 3, Algorithm::kDirect},
    {"first layer", 3, 24, 1, 112, 3, Algorithm::kDirect},
};

constexpr float kGuard = -77777;
constexpr int64_t kGuards = 32;

// As many rows as make a result that outgrows the cache.
ConvGeometry geometryOf(const Shape& s) {
  const int64_t floats = static_cast<int64_t>(cacheSizes().l2 / 2 / sizeof(float));
  const int height = static_cast<int>(floats / s.out_channels / s.width) + 2, pad = s.kernel / 2;
  const Extent3 plane{1, height, s.width};
  return {1,
          s.in_channels,
          s.out_channels,
          s.groups,
          {plane, plane, {1, s.kernel, s.kernel}, {1, 1, 1}, {1, 1, 1}, 0, 0, pad, pad, pad, pad}};
}

struct LargeConv {
  ConvGeometry geometry;
  std::vector<float> x, weight, bias;
  std::shared_ptr<const Program> program;
};

LargeConv largeConv(const Shape& shape, ActivationKind activation, Isa isa) {
  LargeConv result{geometryOf(shape), {}, {}, {}, nullptr};
  const ConvGeometry& g = result.geometry;
  result.x = randomReals(g.in_channels * g.window.input.volume(), 1);
  result.weight = randomReals(int64_t{g.out_channels} * g.inPerGroup() * g.window.kernel.volume(), 2);
  result.bias = randomReals(g.out_channels, 3);
  ProgramBuilder builder;
  const int x = builder.input(static_cast<int64_t>(result.x.size()));
  const int weight = builder.constant(result.weight), bias = builder.constant(result.bias);
  const int y = builder.slot(g.out_channels * g.window.output.volume());
  ProgramBuilder::Extras extras;
  extras.algorithm = shape.algorithm;
  extras.activation = {activation, 0, 0};
  builder.step(StepKind::kConv, {x, weight, bias, kNoSlot, kNoSlot}, {y}, convFields(g), extras);
  builder.output(y);
  result.program = Program::create(builder.spec(), isa);
  return result;
}

// The result, written `offset` floats behind a multiple of kStreamAlignment.
std::vector<float> run(const LargeConv& test, int64_t offset) {
  const int64_t size = test.geometry.out_channels * test.geometry.window.output.volume();
  std::vector<float> memory(static_cast<size_t>(size + 2 * kGuards), kGuard);
  float* y = memory.data() + kGuards / 2;
  while (!isStreamAligned(y)) ++y;
  y += offset;
  const void* inputs[] = {test.x.data()};
  void* outputs[] = {y};
  test.program->run(inputs, outputs, nullptr);
  int64_t touched = 0;
  for (const float* p = memory.data(); p < y; ++p) touched += *p != kGuard;
  for (const float* p = y + size; p < memory.data() + memory.size(); ++p) touched += *p != kGuard;
  CHECK_EQUAL(touched, 0);
  return {y, y + size};
}

}  // namespace

TEST(streamedResultsEqualStoredOnes) {
  forEachIsa([](Isa isa) {
    for (const Shape& shape : kShapes) {
      for (const ActivationKind activation : {ActivationKind::kRelu, ActivationKind::kSilu}) {
        const LargeConv test = largeConv(shape, activation, isa);
        ThreadPool::instance().setThreads(1);
        const std::vector<float> stored = run(test, 1);
        for (const int threads : {1, 3}) {
          ThreadPool::instance().setThreads(threads);
          const std::vector<float> streamed = run(test, 0);
          if (std::memcmp(streamed.data(), stored.data(), stored.size() * sizeof(float)) != 0)
            fail(shape.name, threads, "streamed and stored results differ");
        }
      }
    }
  });
}

}  // namespace convkit::test

TEST_MAIN()
