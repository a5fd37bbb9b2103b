#include "kernels/rank/rank.h"

#include <algorithm>
#include <vector>

#include "test/harness.h"
#include "test/op_runner.h"

using namespace convkit;
using namespace convkit::test;

namespace {

const int kCounts[] = {1, 5, 15, 16, 17, 31, 33, 63, 64, 65, 127, 200, 257, 300};

template <class T>
constexpr SlotType kTypeOf = sizeof(T) == 1   ? SlotType::kUint8
                             : sizeof(T) == 2 ? SlotType::kUint16
                                              : SlotType::kFloat32;

template <class T>
constexpr int kVector = 64 / static_cast<int>(sizeof(T));

// Few different values, so that many are equal; the memory ends with a vector read across the end.
template <class T>
std::vector<T> someValues(int count, uint32_t seed, int different) {
  std::vector<T> values;
  uint32_t state = seed * 7919 + 1;
  for (int i = 0; i < count + kVector<T>; ++i) {
    state = state * 1664525 + 1013904223;
    values.push_back(static_cast<T>((state >> 10) % static_cast<uint32_t>(different)));
  }
  values.shrink_to_fit();
  return values;
}

template <class T>
void checkExtremes(Isa isa, int terms, int count) {
  std::vector<std::vector<T>> x;
  std::vector<const void*> pointers;
  for (int t = 0; t < terms; ++t) x.push_back(someValues<T>(count, static_cast<uint32_t>(t), 251));
  for (const auto& row : x) pointers.push_back(row.data());
  const RankKernelsOf& kernels = rankKernels(isa).of[static_cast<int>(kTypeOf<T>)];
  std::vector<T> least(static_cast<size_t>(count) + 1, 99), most = least;
  kernels.smallest({pointers.data(), terms, least.data(), count});
  kernels.largest({pointers.data(), terms, most.data(), count});
  for (size_t i = 0; i < static_cast<size_t>(count); ++i) {
    T lowest = x[0][i], highest = x[0][i];
    for (const auto& row : x) {
      lowest = std::min(lowest, row[i]);
      highest = std::max(highest, row[i]);
    }
    CHECK(least[i] == lowest);
    CHECK(most[i] == highest);
  }
  CHECK(least.back() == 99 && most.back() == 99);
}

// A row over which its own extremes of neighbours are written.
template <class T>
void checkInPlace(Isa isa, int count) {
  std::vector<T> x = someValues<T>(count + 3, 5, 251);
  const std::vector<T> original = x;
  const void* pointers[] = {x.data(), x.data() + 3};
  rankKernels(isa).of[static_cast<int>(kTypeOf<T>)].smallest({pointers, 2, x.data(), count});
  for (size_t i = 0; i < static_cast<size_t>(count); ++i)
    CHECK(x[i] == std::min(original[i], original[i + 3]));
}

template <class T>
void checkMedian(Isa isa, int size, int step, int count, int different) {
  const int values = count + (size - 1) * step;
  std::vector<std::vector<T>> x, sorted;
  std::vector<const void*> rows, ranks;
  std::vector<void*> written;
  for (int t = 0; t < size; ++t) {
    x.push_back(someValues<T>(values, static_cast<uint32_t>(10 * different + t), different));
    sorted.emplace_back(static_cast<size_t>(values + kVector<T>));
  }
  for (int t = 0; t < size; ++t) {
    rows.push_back(x[static_cast<size_t>(t)].data());
    written.push_back(sorted[static_cast<size_t>(t)].data());
    ranks.push_back(written.back());
  }
  const RankKernelsOf& kernels = rankKernels(isa).of[static_cast<int>(kTypeOf<T>)];
  std::vector<T> y(static_cast<size_t>(count) + 1, 99);
  kernels.sort_columns[size / 2 - 1]({rows.data(), written.data(), values});
  kernels.median[size / 2 - 1]({ranks.data(), step, y.data(), count});
  for (int i = 0; i < count; ++i) {
    std::vector<T> window;
    for (const auto& row : x) {
      for (int t = 0; t < size; ++t) window.push_back(row[static_cast<size_t>(i + t * step)]);
    }
    std::sort(window.begin(), window.end());
    CHECK(y[static_cast<size_t>(i)] == window[window.size() / 2]);
  }
  CHECK(y.back() == 99);
}

template <class T>
void checkType(Isa isa) {
  for (const int count : kCounts) {
    for (const int terms : {1, 2, 7}) checkExtremes<T>(isa, terms, count);
    checkInPlace<T>(isa, count);
    for (const int size : {3, 5}) {
      for (const int step : {1, 3, 4}) checkMedian<T>(isa, size, step, count, 251);
    }
  }
}

}  // namespace

TEST(everyType) {
  forEachIsa([](Isa isa) {
    checkType<uint8_t>(isa);
    checkType<uint16_t>(isa);
    checkType<float>(isa);
  });
}

// A network of comparisons that is right for zeros and ones is right for everything.
TEST(mediansOfZerosAndOnes) {
  forEachIsa([](Isa isa) {
    for (const int size : {3, 5}) checkMedian<uint8_t>(isa, size, 1, 200000, 2);
  });
}

TEST_MAIN()
