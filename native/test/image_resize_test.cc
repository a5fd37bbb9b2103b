#include "kernels/image_resize/image_resize.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "ops/image_pad.h"
#include "ops/image_resize.h"
#include "ops/resize_tables.h"
#include "test/harness.h"
#include "test/op_runner.h"

using namespace convkit;
using namespace convkit::test;

namespace {

// One axis of a resampling, drawn at random: spans anywhere, weights that add up to about `one`.
struct RandomAxis {
  std::vector<int32_t> bounds;
  std::vector<float> weights;
};

RandomAxis randomAxis(int length, int outputs, int taps, double one, uint32_t seed) {
  std::mt19937 random(seed);
  RandomAxis axis;
  axis.weights.assign(static_cast<size_t>(outputs * taps), 0.0f);
  for (int o = 0; o < outputs; ++o) {
    const int count = 1 + static_cast<int>(random() % static_cast<uint32_t>(taps));
    axis.bounds.push_back(static_cast<int32_t>(random() % static_cast<uint32_t>(length - count + 1)));
    axis.bounds.push_back(count);
    for (int t = 0; t < count; ++t) {
      const double weight = one / count * (0.75 + static_cast<double>(random() % 1000) / 2000);
      // Of whole numbers where those of float32 are meant to be.
      axis.weights[static_cast<size_t>(o * taps + t)] =
          static_cast<float>(one > 1 ? std::trunc(weight) : weight);
    }
  }
  return axis;
}

template <class T>
constexpr SlotType kTypeOf = sizeof(T) == 1   ? SlotType::kUint8
                             : sizeof(T) == 2 ? SlotType::kUint16
                                              : SlotType::kFloat32;

uint8_t clampByte(int64_t value) { return static_cast<uint8_t>(std::clamp<int64_t>(value, 0, 255)); }

// By the definition, see IMAGE_RESIZE_FIELDS.
template <class T>
std::vector<T> plainResize(const ImageResizeGeometry& g, const std::vector<T>& x, const RandomAxis& across,
                           const RandomAxis& down) {
  const int channels = g.input.channels, values = g.output_width * channels;
  const auto kind = g.arithmetic;
  std::vector<double> between(static_cast<size_t>(g.input.height * values));
  for (int row = 0; row < g.input.height; ++row) {
    for (int i = 0; i < values; ++i) {
      const int o = i / channels;
      int64_t whole = 0;
      float real = 0;
      for (int t = 0; t < across.bounds[static_cast<size_t>(2 * o + 1)]; ++t) {
        const int place = g.input.offset + row * g.input.row_stride +
                          (across.bounds[static_cast<size_t>(2 * o)] + t) * channels + i % channels;
        const float weight = across.weights[static_cast<size_t>(o * g.taps_across + t)];
        const T value = x[static_cast<size_t>(place)];
        whole += static_cast<int64_t>(weight) * static_cast<int64_t>(value);
        real += static_cast<float>(value) * weight;
      }
      if (kind == ResizeArithmetic::kFixed) whole = clampByte((whole + (1 << 21)) >> 22);
      between[static_cast<size_t>(row * values + i)] =
          kind == ResizeArithmetic::kFloat ? double{real} : static_cast<double>(whole);
    }
  }
  std::vector<T> y(static_cast<size_t>(g.output_height * values));
  for (int row = 0; row < g.output_height; ++row) {
    for (int i = 0; i < values; ++i) {
      const int first = down.bounds[static_cast<size_t>(2 * row)];
      const int count = down.bounds[static_cast<size_t>(2 * row + 1)];
      int64_t whole = 0, linear = 0;
      float real = 0;
      for (int t = 0; t < count; ++t) {
        const double value = between[static_cast<size_t>((first + t) * values + i)];
        const float weight = down.weights[static_cast<size_t>(row * g.taps_down + t)];
        whole += static_cast<int64_t>(weight) * static_cast<int64_t>(value);
        const auto product = [&](int64_t w) { return (w * (static_cast<int64_t>(value) >> 4)) >> 16; };
        linear += product(static_cast<int64_t>(weight));
        if (count == 1) linear += product(2048 - static_cast<int64_t>(weight));
        real += static_cast<float>(value) * weight;
      }
      T& result = y[static_cast<size_t>(row * values + i)];
      if (kind == ResizeArithmetic::kFloat) {
        const float most = static_cast<float>(std::numeric_limits<T>::max());
        result = sizeof(T) == 4 ? static_cast<T>(real)
                                : static_cast<T>(std::nearbyint(std::clamp(real, 0.0f, most)));
      } else if (kind == ResizeArithmetic::kLinear) {
        result = static_cast<T>(clampByte((linear + 2) >> 2));
      } else if (kind == ResizeArithmetic::kMean) {
        const float scale = 1.0f / static_cast<float>(g.taps_across * g.taps_down);
        result = static_cast<T>(std::nearbyint(std::clamp(static_cast<float>(whole) * scale, 0.0f, 255.0f)));
      } else {
        result = static_cast<T>(clampByte((whole + (1 << 21)) >> 22));
      }
    }
  }
  return y;
}

// An image in whole words, with unused values before it and between its rows.
template <class T>
std::vector<float> wordsOf(const std::vector<T>& values) {
  std::vector<float> words((values.size() * sizeof(T) + 3) / 4);
  std::memcpy(words.data(), values.data(), values.size() * sizeof(T));
  return words;
}

template <class T>
void checkResize(Isa isa, ImageResizeGeometry g, double one, uint32_t seed) {
  const RandomAxis across = randomAxis(g.input.width, g.output_width, g.taps_across, one, seed);
  const RandomAxis down = randomAxis(g.input.height, g.output_height, g.taps_down, one, seed + 1);
  const int64_t last = int64_t{g.input.row_stride} * (g.input.height - 1) + g.input.width * g.input.channels;
  std::vector<T> x(static_cast<size_t>(g.input.offset + last));
  std::mt19937 random(seed + 2);
  for (T& value : x) value = static_cast<T>(random() % 256);
  OpRunner runner;
  ImageResizeOperands operands;
  // Memory that ends where the image does, so that the address sanitizer sees what is read beyond.
  const std::vector<float> words = wordsOf(x);
  operands.x = runner.addVector(words);
  operands.x_size = static_cast<int64_t>(x.size());
  operands.type = kTypeOf<T>;
  operands.across = {runner.addInts(across.bounds), runner.addVector(across.weights)};
  operands.down = {runner.addInts(down.bounds), runner.addVector(down.weights)};
  operands.packed = runner.addInts(std::vector<int32_t>(static_cast<size_t>(packedAcrossWords(g))));
  const std::vector<T> expected = plainResize(g, x, across, down);
  operands.y = runner.addVector(std::vector<float>(wordsOf(expected).size()));
  const auto op = g.arithmetic == ResizeArithmetic::kPick ? makeImagePickOp(g, operands)
                                                          : makeImageResizeOp(g, operands, isa);
  runner.run(*op);
  const std::vector<float> result = runner.read(operands.y);
  std::vector<T> y(expected.size());
  std::memcpy(y.data(), result.data(), y.size() * sizeof(T));
  for (size_t i = 0; i < y.size(); ++i) {
    if (y[i] == expected[i]) continue;
    CHECK_EQUAL(static_cast<double>(y[i]), static_cast<double>(expected[i]));
    return;
  }
}

ImageResizeGeometry geometryOf(int width, int height, int channels, int output_width, int output_height,
                               int taps, ResizeArithmetic arithmetic) {
  const PixelRegion input{height, width, 3, width * channels + 5, channels};
  return {input, output_height, output_width, std::min(taps, width), std::min(taps, height), arithmetic};
}

// On both sides of every group of taps, batch of rows and vector.
struct Sizes {
  int width, height, output_width, output_height, taps;
};
const Sizes kSizes[] = {{1, 1, 1, 1, 1},      {1, 1, 9, 3, 1},    {5, 3, 4, 6, 2},     {40, 8, 17, 3, 3},
                        {19, 9, 33, 20, 4},   {37, 17, 11, 7, 7}, {64, 31, 22, 12, 8}, {70, 40, 65, 9, 9},
                        {33, 50, 64, 24, 16}, {90, 30, 7, 5, 17}, {50, 64, 43, 60, 33}};

}  // namespace

TEST(bytesAreResampled) {
  forEachIsa([](Isa isa) {
    for (const Sizes& c : kSizes) {
      for (const int channels : {1, 2, 3, 4}) {
        const auto geometry = [&](ResizeArithmetic arithmetic) {
          return geometryOf(c.width, c.height, channels, c.output_width, c.output_height, c.taps, arithmetic);
        };
        checkResize<uint8_t>(isa, geometry(ResizeArithmetic::kFixed), 1 << 22, 1);
        checkResize<uint8_t>(isa, geometry(ResizeArithmetic::kWide), 1 << 11, 2);
        checkResize<uint8_t>(isa, geometry(ResizeArithmetic::kLinear), 1 << 11, 3);
        checkResize<uint8_t>(isa, geometry(ResizeArithmetic::kMean), c.taps, 4);
      }
    }
  });
}

TEST(floatsAreResampled) {
  forEachIsa([](Isa isa) {
    for (const Sizes& c : kSizes) {
      for (const int channels : {1, 3, 4}) {
        const auto geometry = geometryOf(c.width, c.height, channels, c.output_width, c.output_height, c.taps,
                                         ResizeArithmetic::kFloat);
        checkResize<uint8_t>(isa, geometry, 1, 5);
        checkResize<uint16_t>(isa, geometry, 1, 6);
        checkResize<float>(isa, geometry, 1, 7);
      }
    }
  });
}

TEST(pixelsArePicked) {
  ImageResizeGeometry g = geometryOf(3, 2, 3, 4, 2, 1, ResizeArithmetic::kPick);
  std::vector<uint8_t> x(static_cast<size_t>(3 + g.input.row_stride + 9));
  for (size_t i = 0; i < x.size(); ++i) x[i] = static_cast<uint8_t>(i);
  OpRunner runner;
  ImageResizeOperands operands;
  operands.x = runner.addVector(wordsOf(x));
  operands.x_size = static_cast<int64_t>(x.size());
  operands.type = SlotType::kUint8;
  // The last two lie outside, and are moved inside.
  operands.across = {runner.addInts({2, 1, 0, 1, -7, 1, 99, 1}), runner.addVector({1, 1, 1, 1})};
  operands.down = {runner.addInts({1, 1, 0, 1}), runner.addVector({1, 1})};
  operands.packed = runner.addInts(std::vector<int32_t>(static_cast<size_t>(packedAcrossWords(g))));
  operands.y = runner.addVector(std::vector<float>(6));
  runner.run(*makeImagePickOp(g, operands));
  const std::vector<float> words = runner.read(operands.y);
  uint8_t y[24];
  std::memcpy(y, words.data(), sizeof y);
  const int first[] = {6, 0, 0, 6};
  for (int row = 0; row < 2; ++row) {
    for (int i = 0; i < 12; ++i) {
      CHECK_EQUAL(int{y[row * 12 + i]}, 3 + (1 - row) * g.input.row_stride + first[i / 3] + i % 3);
    }
  }
}

TEST(tablesThatPointAnywhereAreMovedInside) {
  const int32_t bounds[] = {INT32_MIN, INT32_MAX, INT32_MAX, 3, 5, -1, 7, 2};
  const TapSpan expected[] = {{0, 4}, {7, 3}, {5, 0}, {7, 2}};
  for (int i = 0; i < 4; ++i) {
    const TapSpan span = tapSpan(bounds, i, 4, 10);
    CHECK_EQUAL(span.first, expected[i].first);
    CHECK_EQUAL(span.count, expected[i].count);
  }
  for (const float weight : {0.0f, 1.0f, -1.0f, 2047.0f, 2048.0f, -2049.0f, 4194304.0f, 5e6f, -5e6f}) {
    const SplitWeight split = splitWeight(weight);
    CHECK_EQUAL(static_cast<float>(split.low + split.high * (1 << kHighShift)), weight);
  }
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK_EQUAL(wholeWeight(nan, 100), -100);
  CHECK_EQUAL(wholeWeight(1e30f, 100), 100);
}

TEST(imagesArePadded) {
  const PixelRegion input{2, 3, 1, 10, 3};
  const std::vector<float> value = {300, -3, 1.5f};
  std::vector<uint8_t> x(1 + 10 + 9);
  for (size_t i = 0; i < x.size(); ++i) x[i] = static_cast<uint8_t>(100 + i);
  // Of places −4 to 7 along an axis of three.
  const int places[5][12] = {{-1, -1, -1, -1, 0, 1, 2, -1, -1, -1, -1, -1},
                             {0, 0, 0, 0, 0, 1, 2, 2, 2, 2, 2, 2},
                             {0, 1, 2, 1, 0, 1, 2, 1, 0, 1, 2, 1},
                             {2, 2, 1, 0, 0, 1, 2, 2, 1, 0, 0, 1},
                             {2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1}};
  for (int mode = 0; mode < static_cast<int>(ImagePadMode::kCount); ++mode) {
    OpRunner runner;
    const Value y = runner.addVector(std::vector<float>(18));
    const ImagePadGeometry g{input, 0, 0, 4, 5, static_cast<ImagePadMode>(mode)};
    runner.run(
        *makeImagePadOp(g, SlotType::kUint8, runner.addVector(wordsOf(x)), runner.addVector(value), y));
    const std::vector<float> words = runner.read(y);
    uint8_t result[72];
    std::memcpy(result, words.data(), sizeof result);
    const int constant[] = {255, 0, 2};
    for (int i = 0; i < 72; ++i) {
      const int row = i / 36, place = places[mode][i / 3 % 12], c = i % 3;
      CHECK_EQUAL(int{result[i]}, place < 0 ? constant[c] : 101 + row * 10 + place * 3 + c);
    }
  }
}

TEST_MAIN()
