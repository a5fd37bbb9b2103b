// Sums of columns as a window moves down, and means of windows.

#include "kernels/sums/sums.h"
#include "simd/vec.h"

namespace convkit {
namespace {

template <class T>
void addRow(const void* x, int32_t* __restrict sums, int64_t count) {
  const T* values = static_cast<const T*>(x);
  for (int64_t i = 0; i < count; ++i) sums[i] += values[i];
}

template <class T>
void exchangeRows(const void* entering, const void* leaving, int32_t* __restrict sums, int64_t count) {
  const T* in = static_cast<const T*>(entering);
  const T* out = static_cast<const T*>(leaving);
  for (int64_t i = 0; i < count; ++i) sums[i] += in[i] - out[i];
}

void addSums(const int32_t* x, int32_t* __restrict sums, int64_t count) {
  for (int64_t i = 0; i < count; ++i) {
    sums[i] = static_cast<int32_t>(static_cast<uint32_t>(sums[i]) + static_cast<uint32_t>(x[i]));
  }
}

// The estimate is off by one at most: three roundings of 2^-24 each, of a quotient of at most 65536.
template <class T>
void windowMeans(const MeanArgs& args) {
  const int32_t* begin = args.prefix;
  const int32_t* end = begin + args.width_values;
  T* __restrict y = static_cast<T*>(args.y);
  const int32_t area = args.area;
  const uint32_t half = static_cast<uint32_t>(area / 2);
  const float reciprocal = 1.0f / static_cast<float>(area);
  const int64_t count = args.count;
  for (int64_t i = 0; i < count; ++i) {
    const uint32_t sum = static_cast<uint32_t>(end[i]) - static_cast<uint32_t>(begin[i]) + half;
    const int32_t estimate = static_cast<int32_t>(static_cast<float>(static_cast<int32_t>(sum)) * reciprocal);
    const int32_t rest =
        static_cast<int32_t>(sum - static_cast<uint32_t>(estimate) * static_cast<uint32_t>(area));
    y[i] = static_cast<T>(estimate + (rest >= area) - (rest < 0));
  }
}

}  // namespace
}  // namespace convkit
