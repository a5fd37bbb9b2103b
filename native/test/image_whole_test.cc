// Separable filters in whole numbers of 16 bits: the values that float32 gives, on every instruction set.

#include "ops/image_whole.h"

#include "core/denormals.h"
#include "core/thread_pool.h"
#include "test/harness.h"
#include "test/op_runner.h"

using namespace convkit;
using namespace convkit::test;

namespace {

struct WholeCase {
  ImageWindowGeometry geometry;
  std::vector<float> rows, columns;
  double border_and_delta[2];
};

std::vector<uint8_t> someBytes(int64_t count) {
  std::vector<uint8_t> bytes(static_cast<size_t>(count));
  for (size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<uint8_t>(i % 5 == 0 ? 255 : i * 73 + i / 7);
  return bytes;
}

// From bytes, or from the same values as float32, which is done in float32.
template <class T>
std::vector<float> filtered(const WholeCase& test, SlotType type, Isa isa, int threads) {
  const FlushDenormals flush;
  const ImageWindowGeometry& g = test.geometry;
  const std::vector<uint8_t> bytes = someBytes(int64_t{g.height} * g.row_stride);
  std::vector<T> x(bytes.begin(), bytes.end());
  std::vector<float> rows = test.rows, columns = test.columns,
                     y(static_cast<size_t>(g.height * g.width * g.channels));
  void* values[] = {x.data(), rows.data(), columns.data(), y.data()};
  auto value = [](int32_t id) {
    Value result;
    result.id = id;
    return result;
  };
  const std::unique_ptr<Op> op = makeImageSeparableOp(
      g, {type, SlotType::kFloat32}, value(0), {value(1), value(2)}, value(3), test.border_and_delta, isa);
  const size_t stride = (op->threadScratchBytes() + 127) / 128 * 128;
  AlignedBuffer scratch(stride * static_cast<size_t>(threads));
  std::memset(scratch.data(), 0xff, scratch.size());
  op->run({values, threads, scratch.data<char>(), stride, nullptr});
  return y;
}

void checkLikeFloats(const WholeCase& test) {
  ThreadPool::instance().setThreads(3);
  const std::vector<float> expected = filtered<float>(test, SlotType::kFloat32, Isa::kBaseline, 1);
  forEachIsa([&](Isa isa) {
    for (const int threads : {1, 3})
      checkSame(filtered<uint8_t>(test, SlotType::kUint8, isa, threads), expected, "y");
  });
}

ImageWindowGeometry geometryOf(int height, int width, int channels, const WholeCase& test,
                               BorderMode border) {
  const int rows = static_cast<int>(test.rows.size()), columns = static_cast<int>(test.columns.size());
  return {height, width, channels, width * channels, rows, columns, rows / 2, columns / 2, border};
}

}  // namespace

TEST(wholeWeightsGiveTheValuesOfFloats) {
  const WholeCase kernels[] = {
      {{}, {1, 2, 1}, {-1, 0, 1}, {0, 0}},
      {{}, {-1, 0, 1}, {3, 10, 3}, {255, -7}},
      {{}, {1}, {1, -2, 1}, {17, 1 << 20}},
      {{}, {1, 4, 6, 4, 1}, {-1, -2, 0, 2, 1}, {1, 0}},
      // As large as 16 bits allow, and larger, where float32 takes over.
      {{}, {64, 64}, {-1, 0}, {0, 0}},
      {{}, {64, 65}, {-1, 0}, {0, 0}},
      {{}, {1, 1}, {128, 129}, {0, 3}},
  };
  const int sizes[][3] = {{1, 1, 1}, {3, 7, 1}, {20, 41, 3}, {70, 130, 4}};
  for (WholeCase test : kernels) {
    for (const auto& [height, width, channels] : sizes) {
      for (const BorderMode border : {BorderMode::kReflect101, BorderMode::kConstant}) {
        test.geometry = geometryOf(height, width, channels, test, border);
        checkLikeFloats(test);
      }
    }
  }
}

TEST(otherWeightsAreDoneInFloats) {
  const int64_t sizes[] = {12, 19};
  for (const int64_t size : sizes) {
    WholeCase test{{}, {0.5f, 1, 0.5f}, {-1, 0, 1}, {0, 0}};
    test.geometry = geometryOf(static_cast<int>(size), 33, 3, test, BorderMode::kReplicate);
    checkLikeFloats(test);
    test.rows.assign(17, 1.0f);
    test.geometry = geometryOf(static_cast<int>(size), 33, 3, test, BorderMode::kReplicate);
    checkLikeFloats(test);
  }
  WholeCase test{{}, {1, 2, 1}, {-1, 0, 1}, {0.5, 0.25}};
  test.geometry = geometryOf(9, 20, 3, test, BorderMode::kConstant);
  checkLikeFloats(test);
}

TEST_MAIN()
