#include "kernels/filter/filter.h"

#include <cmath>
#include <limits>
#include <vector>

#include "test/harness.h"
#include "test/op_runner.h"

using namespace convkit;
using namespace convkit::test;

namespace {

// On both sides of every vector and every tile.
const int kCounts[] = {1, 3, 4, 5, 8, 15, 16, 17, 31, 33, 63, 64, 65, 100, 130};

constexpr int kVector = 16;

// Rows whose memory ends with the vector that is read across their end.
std::vector<std::vector<float>> someRows(int rows, int values) {
  std::vector<std::vector<float>> all;
  for (int r = 0; r < rows; ++r)
    all.push_back(randomReals(values + kVector - 1, static_cast<uint32_t>(r), 9));
  return all;
}

struct Shape {
  int rows, kernel_rows, taps, step;
};

void checkSums(Isa isa, const Shape& shape, int count, bool sparse) {
  constexpr int kOffset = 2;
  const int total_rows = shape.rows + shape.kernel_rows - 1;
  const auto x = someRows(total_rows, kOffset + count + (shape.taps - 1) * shape.step);
  std::vector<const float*> pointers;
  for (const auto& row : x) pointers.push_back(row.data());
  std::vector<float> weights = randomReals(shape.kernel_rows * shape.taps, 5, 3);
  for (size_t i = 0; sparse && i < weights.size(); i += 2) weights[i] = 0;
  constexpr float kGuard = -12345, kStart = 0.375f;
  std::vector<float> y[kMostFilterRows];
  FilterSumsArgs args{};
  for (int r = 0; r < shape.rows; ++r) {
    y[r].assign(static_cast<size_t>(count) + 1, kGuard);
    args.y[r] = y[r].data();
  }
  args.x = pointers.data();
  args.offset = kOffset;
  args.count = count;
  args.rows = shape.rows;
  args.kernel_rows = shape.kernel_rows;
  args.taps = shape.taps;
  args.step = shape.step;
  args.weights = weights.data();
  args.start = kStart;
  filterKernels(isa).sums(args);
  for (int r = 0; r < shape.rows; ++r) {
    for (int i = 0; i < count; ++i) {
      float expected = kStart;
      for (int s = 0; s < shape.kernel_rows; ++s) {
        for (int t = 0; t < shape.taps; ++t) {
          const float product =
              x[static_cast<size_t>(r + s)][static_cast<size_t>(kOffset + i + t * shape.step)] *
              weights[static_cast<size_t>(s * shape.taps + t)];
          expected += product;
        }
      }
      CHECK_EQUAL(y[r][static_cast<size_t>(i)], expected);
    }
    CHECK_EQUAL(y[r].back(), kGuard);
  }
}

template <class T>
void checkNarrow(Isa isa, SlotType type, int count) {
  std::vector<float> x = randomReals(count, 3, sizeof(T) == 1 ? 300 : 90000);
  x[0] = std::numeric_limits<float>::quiet_NaN();
  if (count > 4) {
    x[1] = 0.5f;
    x[2] = 1.5f;
    x[3] = std::numeric_limits<float>::infinity();
    x[4] = -std::numeric_limits<float>::infinity();
  }
  std::vector<T> y(static_cast<size_t>(count) + 1, 77);
  filterKernels(isa).narrow[static_cast<int>(type)](x.data(), count, y.data());
  const float most = static_cast<float>(std::numeric_limits<T>::max());
  for (int i = 0; i < count; ++i) {
    const float value = x[static_cast<size_t>(i)];
    const float within = value > 0 ? std::min(value, most) : 0;
    CHECK_EQUAL(static_cast<float>(y[static_cast<size_t>(i)]), std::nearbyint(within));
  }
  CHECK_EQUAL(static_cast<int>(y.back()), 77);
}

template <class T>
void checkWiden(Isa isa, SlotType type, int count) {
  std::vector<T> x;
  for (int i = 0; i < count; ++i) x.push_back(static_cast<T>(i * 37 + 200));
  x.shrink_to_fit();
  std::vector<float> y(static_cast<size_t>(count) + 1, -5);
  filterKernels(isa).widen[static_cast<int>(type)](x.data(), count, y.data());
  for (size_t i = 0; i < x.size(); ++i) CHECK_EQUAL(y[i], static_cast<float>(x[i]));
  CHECK_EQUAL(y.back(), -5.0f);
}

// Weights that fill the 16 bits, on the largest values, and on others.
void checkMirrored(Isa isa, int terms, int count) {
  const int tiles = (count + static_cast<int>(kMirroredTile) - 1) / static_cast<int>(kMirroredTile);
  const size_t written = static_cast<size_t>(tiles) * kMirroredTile;
  std::vector<int16_t> weights(static_cast<size_t>(terms), static_cast<int16_t>(16384 / terms));
  weights[0] = static_cast<int16_t>(32768 - 2 * (terms - 1) * (16384 / terms));
  if (terms == 1) weights[0] = 32767;
  std::vector<std::vector<int16_t>> rows(static_cast<size_t>(2 * terms), std::vector<int16_t>(written));
  for (size_t r = 0; r < rows.size(); ++r) {
    for (size_t i = 0; i < written; ++i)
      rows[r][i] = static_cast<int16_t>(i % 3 == 0 ? 16320 : (r * 97 + i * 41) % 16321);
  }
  std::vector<const int16_t*> before, after;
  for (int k = 0; k < terms; ++k) {
    before.push_back(rows[static_cast<size_t>(k)].data());
    after.push_back(rows[static_cast<size_t>(terms + k)].data());
  }
  std::vector<int16_t> y(written);
  filterKernels(isa).mirrored({before.data(), after.data(), terms, weights.data(), y.data(), count});
  for (size_t i = 0; i < static_cast<size_t>(count); ++i) {
    int32_t expected = (weights[0] * before[0][i] + 16384) >> 15;
    for (size_t k = 1; k < weights.size(); ++k)
      expected += (weights[k] * (before[k][i] + after[k][i]) + 16384) >> 15;
    CHECK_EQUAL(static_cast<int32_t>(y[i]), expected);
  }
}

}  // namespace

TEST(sumsAreInOrder) {
  forEachIsa([](Isa isa) {
    const Shape shapes[] = {{1, 1, 1, 1}, {1, 1, 5, 3}, {2, 1, 3, 1}, {2, 3, 1, 1},
                            {2, 3, 3, 4}, {1, 4, 2, 3}, {2, 5, 5, 3}};
    for (const Shape& shape : shapes) {
      for (const int count : kCounts) {
        for (const bool sparse : {false, true}) checkSums(isa, shape, count, sparse);
      }
    }
  });
}

TEST(rowsBecomeFloatsAndPixelsAgain) {
  forEachIsa([](Isa isa) {
    for (const int count : kCounts) {
      checkWiden<uint8_t>(isa, SlotType::kUint8, count);
      checkWiden<uint16_t>(isa, SlotType::kUint16, count);
      checkWiden<float>(isa, SlotType::kFloat32, count);
      checkNarrow<uint8_t>(isa, SlotType::kUint8, count);
      checkNarrow<uint16_t>(isa, SlotType::kUint16, count);
    }
  });
}

TEST(mirroredSumsRoundEachProduct) {
  forEachIsa([](Isa isa) {
    for (const int terms : {1, 2, 10, 16}) {
      for (const int count : kCounts) checkMirrored(isa, terms, count);
    }
  });
}

TEST(fixedRowsRound) {
  forEachIsa([](Isa isa) {
    for (const int count : kCounts) {
      std::vector<uint8_t> x;
      for (int i = 0; i < count; ++i) x.push_back(static_cast<uint8_t>(i * 101 + 255));
      std::vector<int16_t> wide(x.size() + 1, -3);
      filterKernels(isa).widen_fixed(x.data(), count, wide.data());
      for (size_t i = 0; i < x.size(); ++i) CHECK_EQUAL(wide[i], static_cast<int16_t>(x[i] * 64));
      CHECK_EQUAL(wide.back(), static_cast<int16_t>(-3));
      for (size_t i = 0; i < x.size(); ++i)
        wide[i] = static_cast<int16_t>(std::min(wide[i] + static_cast<int>(i % 64), 16351));
      std::vector<uint8_t> y(x.size() + 1, 9);
      filterKernels(isa).narrow_fixed(wide.data(), count, y.data());
      for (size_t i = 0; i < x.size(); ++i) CHECK_EQUAL(static_cast<int>(y[i]), (wide[i] + 32) >> 6);
      CHECK_EQUAL(static_cast<int>(y.back()), 9);
    }
  });
}

TEST(sharpeningKeepsSmallDifferences) {
  forEachIsa([](Isa isa) {
    for (const int count : kCounts) {
      const std::vector<float> x = randomReals(count, 1, 4), blurred = randomReals(count, 2, 4);
      std::vector<float> y = blurred;
      filterKernels(isa).sharpen({x.data(), y.data(), y.data(), count, 1.7f, 1.0f});
      for (size_t i = 0; i < x.size(); ++i) {
        const float difference = x[i] - blurred[i], sharper = 1.7f * difference;
        CHECK_EQUAL(y[i], std::abs(difference) < 1.0f ? x[i] : x[i] + sharper);
      }
    }
  });
}

TEST_MAIN()
