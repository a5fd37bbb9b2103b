// The ops on windows of images: in memory that ends where an image or its scratch does, so that the address
// sanitizer sees what is read or written beyond; the same bits on every instruction set and any number of
// threads.

#include <functional>
#include <vector>

#include "core/denormals.h"
#include "core/thread_pool.h"
#include "ops/image_extreme.h"
#include "ops/image_filter.h"
#include "ops/image_median.h"
#include "ops/image_smooth.h"
#include "ops/image_sums.h"
#include "test/harness.h"
#include "test/op_runner.h"

using namespace convkit;
using namespace convkit::test;

namespace {

enum Slot { kX, kY, kRows, kColumns, kSlots };

Value valueOf(Slot slot) {
  Value value;
  value.id = slot;
  return value;
}

struct alignas(64) Line {
  char bytes[64];
};
using Lines = std::vector<Line>;

using MakeOp = std::function<std::unique_ptr<Op>(const ImageWindowGeometry&, Isa)>;

struct OpCase {
  SlotType x, y;
  MakeOp make;
};

std::vector<char> someBytes(size_t count) {
  std::vector<char> bytes;
  for (size_t i = 0; i < count; ++i) bytes.push_back(static_cast<char>((i * 73 + i / 7) % 64));
  bytes.shrink_to_fit();
  return bytes;
}

std::vector<char> run(const OpCase& test, const ImageWindowGeometry& g, Isa isa, int threads) {
  const size_t x_values = static_cast<size_t>((g.height - 1) * g.row_stride + g.width * g.channels);
  std::vector<char> x = someBytes(x_values * static_cast<size_t>(bytesPerValue(test.x)));
  if (test.x == SlotType::kFloat32) {
    const std::vector<float> reals = randomReals(static_cast<int>(x_values), 4, 200);
    std::memcpy(x.data(), reals.data(), x.size());
  }
  std::vector<char> y(static_cast<size_t>(g.height * g.width * g.channels * bytesPerValue(test.y)));
  // Halves of symmetric weights as well as any weights, and a mask with a hole.
  std::vector<float> rows(static_cast<size_t>(g.kernel_height * g.kernel_width), 900.0f), columns = rows;
  rows[rows.size() / 2] = 0;
  const std::unique_ptr<Op> op = test.make(g, isa);
  const size_t stride = (op->threadScratchBytes() + 63) / 64 * 64;
  Lines scratch(stride / 64 * static_cast<size_t>(threads));
  std::memset(scratch.data(), 0xff, scratch.size() * sizeof(Line));
  void* values[kSlots] = {x.data(), y.data(), rows.data(), columns.data()};
  op->run({values, threads, scratch.data()->bytes, stride, nullptr});
  return y;
}

void checkAlike(const OpCase& test, const ImageWindowGeometry& g) {
  const FlushDenormals flush;
  const std::vector<char> expected = run(test, g, Isa::kBaseline, 1);
  forEachIsa([&](Isa isa) {
    ThreadPool::instance().setThreads(3);
    CHECK(run(test, g, isa, 1) == expected);
    CHECK(run(test, g, isa, 3) == expected);
  });
}

// Images of a pixel, of less than a vector, of more rows than a band, and with gaps; windows larger than they
// are.
void checkSizes(const OpCase& test, int kernel_height, int kernel_width) {
  const int sizes[][3] = {{1, 1, 1}, {2, 5, 3}, {3, 40, 1}, {70, 33, 3}, {40, 400, 4}};
  for (const auto& [height, width, channels] : sizes) {
    for (const BorderMode border : {BorderMode::kReflect101, BorderMode::kWrap, BorderMode::kConstant}) {
      const int gap = border == BorderMode::kWrap ? 5 : 0;
      checkAlike(test, {height, width, channels, width * channels + gap, kernel_height, kernel_width,
                        kernel_height / 2, kernel_width / 2, border});
    }
  }
}

const double kScalars[] = {7, 1.5, 3};

}  // namespace

TEST(filters) {
  for (const SlotType type : {SlotType::kUint8, SlotType::kUint16, SlotType::kFloat32}) {
    const ImageTypes types{type, type}, floats{type, SlotType::kFloat32};
    const SeparableWeights weights{valueOf(kRows), valueOf(kColumns)};
    for (const ImageTypes& pair : {types, floats}) {
      const OpCase filter{pair.x, pair.y, [&](const ImageWindowGeometry& g, Isa isa) {
                            return makeImageFilterOp(g, pair, valueOf(kX), valueOf(kRows), valueOf(kY),
                                                     kScalars, isa);
                          }};
      checkSizes(filter, 3, 4);
      const OpCase separable{pair.x, pair.y, [&](const ImageWindowGeometry& g, Isa isa) {
                               return makeImageSeparableOp(g, pair, valueOf(kX), weights, valueOf(kY),
                                                           kScalars, isa);
                             }};
      checkSizes(separable, 5, 7);
      const OpCase sharpen{pair.x, pair.y, [&](const ImageWindowGeometry& g, Isa isa) {
                             return makeImageSharpenOp(g, pair, valueOf(kX), weights, valueOf(kY), kScalars,
                                                       isa);
                           }};
      checkSizes(sharpen, 3, 3);
    }
  }
}

TEST(smoothing) {
  const OpCase smooth{
      SlotType::kUint8, SlotType::kUint8, [](const ImageWindowGeometry& g, Isa isa) {
        return makeImageSmoothOp(g, valueOf(kX), {valueOf(kRows), valueOf(kColumns)}, valueOf(kY), 7, isa);
      }};
  for (const int size : {1, 5, 31}) checkSizes(smooth, size, 31 + 1 - size);
}

TEST(mediansAndExtremes) {
  for (const SlotType type : {SlotType::kUint8, SlotType::kUint16, SlotType::kFloat32}) {
    const OpCase median{type, type, [&](const ImageWindowGeometry& g, Isa isa) {
                          return makeImageMedianOp(g, type, valueOf(kX), valueOf(kY), 7, isa);
                        }};
    checkSizes(median, 3, 3);
    checkSizes(median, 5, 5);
    for (const bool largest : {false, true}) {
      const OpCase rectangle{type, type, [&](const ImageWindowGeometry& g, Isa isa) {
                               return makeImageExtremeOp(g, type, largest, valueOf(kX), {}, valueOf(kY), 7,
                                                         isa);
                             }};
      checkSizes(rectangle, 3, 3);
      checkSizes(rectangle, 9, 20);
      const OpCase masked{type, type, [&](const ImageWindowGeometry& g, Isa isa) {
                            return makeImageExtremeOp(g, type, largest, valueOf(kX), valueOf(kRows),
                                                      valueOf(kY), 7, isa);
                          }};
      checkSizes(masked, 4, 3);
    }
  }
}

TEST(boxes) {
  for (const SlotType type : {SlotType::kUint8, SlotType::kUint16}) {
    const OpCase box{type, type, [&](const ImageWindowGeometry& g, Isa isa) {
                       return makeImageBoxOp(g, type, valueOf(kX), valueOf(kY), 7, isa);
                     }};
    checkSizes(box, 4, 5);
    checkSizes(box, 40, 3);
  }
}

TEST(integrals) {
  for (const int channels : {1, 3}) {
    const ImageIntegralGeometry g{300, 150, channels, 150 * channels + 1};
    std::vector<char> x = someBytes(static_cast<size_t>(g.height * g.row_stride - 1));
    const auto sums = [&](Isa isa, int threads) {
      std::vector<int32_t> y(static_cast<size_t>((g.height + 1) * (g.width + 1) * channels), -1);
      const auto op = makeImageIntegralOp(g, SlotType::kUint8, valueOf(kX), valueOf(kY), isa);
      const size_t lines = (op->threadScratchBytes() + 63) / 64;
      Lines scratch(lines * static_cast<size_t>(threads));
      void* values[kSlots] = {x.data(), y.data(), nullptr, nullptr};
      op->run({values, threads, scratch.empty() ? nullptr : scratch.data()->bytes, lines * 64, nullptr});
      return y;
    };
    const std::vector<int32_t> expected = sums(Isa::kBaseline, 1);
    int64_t total = 0;
    for (int i = 0; i < g.height; ++i) {
      for (int j = 0; j < g.width; ++j) total += x[static_cast<size_t>(i * g.row_stride + j * channels)];
    }
    CHECK_EQUAL(int64_t{expected[expected.size() - static_cast<size_t>(channels)]}, total);
    forEachIsa([&](Isa isa) {
      ThreadPool::instance().setThreads(3);
      for (const int threads : {1, 3}) CHECK(sums(isa, threads) == expected);
    });
  }
}

TEST_MAIN()
