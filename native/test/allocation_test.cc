// A prepared run takes no memory from anybody: neither blocks nor a single small object.

#include <atomic>
#include <cstdlib>
#include <new>

#include "core/memory.h"
#include "core/thread_pool.h"
#include "harness.h"
#include "program_builder.h"

namespace {
std::atomic<uint64_t> small_objects{0};
}  // namespace

// Not inlined, because g++ would then take malloc and free for a mismatch.
#define CONVKIT_NOINLINE __attribute__((noinline))

CONVKIT_NOINLINE void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
  small_objects.fetch_add(1, std::memory_order_relaxed);
  return std::malloc(bytes == 0 ? 1 : bytes);
}
CONVKIT_NOINLINE void* operator new(std::size_t bytes) {
  void* memory = operator new(bytes, std::nothrow);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
CONVKIT_NOINLINE void operator delete(void* memory) noexcept { std::free(memory); }
CONVKIT_NOINLINE void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace convkit::test {
namespace {

struct Shape {
  const char* name;
  int in_channels, out_channels, groups, size, kernel, stride;
  Algorithm algorithm;
};

constexpr Shape kShapes[] = {
    {"1x1", 64, 96, 1, 28, 1, 1, Algorithm::kAuto},
    {"3x3", 64, 64, 1, 28, 3, 1, Algorithm::kAuto},
    {"3x3 direct", 64, 64, 1, 28, 3, 1, Algorithm::kDirect},
    {"3x3 winograd", 40, 70, 1, 29, 3, 1, Algorithm::kWinograd},
    {"3x3 stride 2", 32, 48, 1, 29, 3, 2, Algorithm::kAuto},
    {"first layer", 3, 32, 1, 60, 7, 2, Algorithm::kAuto},
    {"in bands", 16, 33, 1, 60, 3, 2, Algorithm::kDirect},
    {"first layer in bands", 3, 64, 1, 90, 7, 2, Algorithm::kDirect},
    {"groups in bands", 64, 64, 2, 40, 3, 1, Algorithm::kDirect},
    {"depthwise", 48, 48, 48, 30, 3, 1, Algorithm::kAuto},
    {"groups", 32, 32, 8, 30, 3, 1, Algorithm::kAuto},
    {"large kernel", 8, 8, 1, 64, 13, 1, Algorithm::kAuto},
    {"fft", 8, 8, 1, 40, 11, 1, Algorithm::kFft},
    {"fft, shared", 36, 34, 1, 40, 11, 1, Algorithm::kFft},
    {"fft, depthwise", 24, 24, 24, 50, 13, 1, Algorithm::kFft},
    {"fft, kernel in pieces", 2, 2, 2, 90, 67, 1, Algorithm::kFft},
    {"im2col", 5, 7, 1, 30, 3, 1, Algorithm::kGemm},
};

ConvGeometry geometryOf(const Shape& s) {
  const int pad = s.kernel / 2, output = (s.size + 2 * pad - s.kernel) / s.stride + 1;
  return {2,
          s.in_channels,
          s.out_channels,
          s.groups,
          {{1, s.size, s.size},
           {1, output, output},
           {1, s.kernel, s.kernel},
           {1, s.stride, s.stride},
           {1, 1, 1},
           0,
           0,
           pad,
           pad,
           pad,
           pad}};
}

void checkRuns(const Shape& shape, bool constant_weights) {
  const ConvGeometry g = geometryOf(shape);
  const int64_t x_size = int64_t{g.batch} * g.in_channels * g.window.input.volume();
  const int64_t y_size = int64_t{g.batch} * g.out_channels * g.window.output.volume();
  const int64_t w_size = int64_t{g.out_channels} * g.inPerGroup() * g.window.kernel.volume();
  const std::vector<float> x(x_size, 1.0f), w(w_size, 0.5f);
  std::vector<float> y(y_size);
  ProgramBuilder builder;
  const int x_slot = builder.input(x_size);
  const int w_slot = constant_weights ? builder.constant(w) : builder.input(w_size);
  const int y_slot = builder.slot(y_size);
  ProgramBuilder::Extras extras;
  extras.algorithm = shape.algorithm;
  builder.step(StepKind::kConv, {x_slot, w_slot, kNoSlot, kNoSlot, kNoSlot}, {y_slot}, convFields(g), extras);
  builder.output(y_slot);
  const auto program = Program::create(builder.spec());
  const void* inputs[] = {x.data(), w.data()};
  void* outputs[] = {y.data()};
  for (int i = 0; i < 3; ++i) program->run(inputs, outputs, nullptr);
  const uint64_t blocks = allocationCount(), objects = small_objects.load();
  for (int i = 0; i < 5; ++i) program->run(inputs, outputs, nullptr);
  if (allocationCount() == blocks && small_objects.load() == objects) return;
  fail(shape.name, constant_weights, program->describe()[0].reason + ": a run takes memory");
}

}  // namespace

TEST(aPreparedRunTakesNoMemory) {
  for (const int threads : {1, 3}) {
    ThreadPool::instance().setThreads(threads);
    for (const Shape& shape : kShapes) {
      checkRuns(shape, true);
      checkRuns(shape, false);
    }
  }
}

}  // namespace convkit::test

TEST_MAIN()
