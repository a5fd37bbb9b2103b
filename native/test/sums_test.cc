#include "kernels/sums/sums.h"

#include <vector>

#include "test/harness.h"
#include "test/op_runner.h"

using namespace convkit;
using namespace convkit::test;

namespace {

// Whole pixels, on both sides of every vector.
const int kPixels[] = {1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 50, 65};

std::vector<int32_t> someInts(int count, uint32_t seed) {
  std::vector<int32_t> values;
  uint32_t state = seed;
  for (int i = 0; i < count; ++i) {
    state = state * 1664525 + 1013904223;
    values.push_back(static_cast<int32_t>(state));
  }
  values.shrink_to_fit();
  return values;
}

template <class T>
void checkPrefix(Isa isa, SlotType type, int pixels, int step, bool has_above) {
  const int count = pixels * step;
  // Large enough to wrap around.
  const std::vector<int32_t> ints = someInts(count, 1), above = someInts(count, 2);
  std::vector<T> x;
  for (const int32_t value : ints) x.push_back(static_cast<T>(value));
  x.shrink_to_fit();
  std::vector<int32_t> y(static_cast<size_t>(count) + 1, 77);
  sumKernels(isa).prefix[static_cast<int>(type)](
      {x.data(), has_above ? above.data() : nullptr, y.data(), count, step});
  for (int i = 0; i < count; ++i) {
    uint32_t expected = has_above ? static_cast<uint32_t>(above[static_cast<size_t>(i)]) : 0;
    for (int j = i; j >= 0; j -= step) expected += static_cast<uint32_t>(x[static_cast<size_t>(j)]);
    CHECK_EQUAL(static_cast<uint32_t>(y[static_cast<size_t>(i)]), expected);
  }
  CHECK_EQUAL(y.back(), 77);
}

template <class T>
void checkColumns(Isa isa, SlotType type, int count) {
  std::vector<T> in, out;
  for (int i = 0; i < count; ++i) {
    in.push_back(static_cast<T>(i * 7919 + 250));
    out.push_back(static_cast<T>(i * 104729));
  }
  std::vector<int32_t> sums(static_cast<size_t>(count) + 1, 100000);
  const SumKernels& kernels = sumKernels(isa);
  kernels.add[static_cast<int>(type)](out.data(), sums.data(), count);
  kernels.exchange[static_cast<int>(type)](in.data(), out.data(), sums.data(), count);
  for (size_t i = 0; i < in.size(); ++i) CHECK_EQUAL(sums[i], 100000 + in[i]);
  CHECK_EQUAL(sums.back(), 100000);
}

// Means on both sides of every half, up to the largest sums, with prefixes that have wrapped around.
template <class T>
void checkMeans(Isa isa, SlotType type, int area) {
  const int64_t most = (int64_t{1} << (8 * sizeof(T))) - 1;
  std::vector<int64_t> sums;
  for (const int64_t quotient : {int64_t{0}, int64_t{1}, most / 2, most - 1, most}) {
    for (const int64_t rest : {-int64_t{area} / 2 - 1, -int64_t{area} / 2, int64_t{-1}, int64_t{0},
                               int64_t{1}, int64_t{area} / 2 - 1, int64_t{area} / 2, int64_t{area} / 2 + 1}) {
      const int64_t sum = quotient * area + rest;
      if (sum >= 0 && sum <= most * area) sums.push_back(sum);
    }
  }
  const size_t count = sums.size();
  std::vector<int32_t> prefix(2 * count);
  for (size_t i = 0; i < count; ++i) {
    const uint32_t begin = 0xfffffff0u + static_cast<uint32_t>(i) * 0x12345u;
    prefix[i] = static_cast<int32_t>(begin);
    prefix[count + i] = static_cast<int32_t>(begin + static_cast<uint32_t>(sums[i]));
  }
  std::vector<T> y(count + 1, 9);
  sumKernels(isa).mean[static_cast<int>(type)](
      {prefix.data(), static_cast<int64_t>(count), area, y.data(), static_cast<int64_t>(count)});
  for (size_t i = 0; i < count; ++i) CHECK_EQUAL(int64_t{y[i]}, (sums[i] + area / 2) / area);
  CHECK_EQUAL(static_cast<int>(y.back()), 9);
}

}  // namespace

TEST(prefixesOfEveryStep) {
  forEachIsa([](Isa isa) {
    for (const int pixels : kPixels) {
      for (const int step : {1, 2, 3, 4}) {
        for (const bool has_above : {false, true}) {
          checkPrefix<int32_t>(isa, SlotType::kInt32, pixels, step, has_above);
          checkPrefix<uint8_t>(isa, SlotType::kUint8, pixels, step, has_above);
          checkPrefix<uint16_t>(isa, SlotType::kUint16, pixels, step, has_above);
        }
      }
    }
  });
}

TEST(columnsExchangeRows) {
  forEachIsa([](Isa isa) {
    for (const int count : kPixels) {
      checkColumns<uint8_t>(isa, SlotType::kUint8, count);
      checkColumns<uint16_t>(isa, SlotType::kUint16, count);
    }
  });
}

TEST(meansAreExact) {
  forEachIsa([](Isa isa) {
    for (const int area : {1, 2, 3, 9, 10, 961, 32767}) {
      checkMeans<uint8_t>(isa, SlotType::kUint8, area);
      checkMeans<uint16_t>(isa, SlotType::kUint16, area);
    }
    checkMeans<uint8_t>(isa, SlotType::kUint8, 8388000);
  });
}

TEST_MAIN()
