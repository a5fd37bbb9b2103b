// The smallest or largest of several rows.

#include "kernels/rank/rank.h"
#include "simd/wide.h"

namespace convkit {
namespace {

template <class T, bool kLargest>
CONVKIT_INLINE Wide<T> extreme(Wide<T> a, Wide<T> b) {
  return kLargest ? larger<T>(a, b) : smaller<T>(a, b);
}

template <class T, bool kLargest, int kVectors>
CONVKIT_INLINE void extremeTile(const ExtremeArgs& args, int64_t at, int64_t count) {
  Wide<T> found[kVectors];
  const T* first = static_cast<const T*>(args.x[0]) + at;
#pragma GCC unroll 4
  for (int v = 0; v < kVectors; ++v) found[v] = loadWide(first + v * kWideLanes<T>);
  for (int64_t t = 1; t < args.terms; ++t) {
    const T* x = static_cast<const T*>(args.x[t]) + at;
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) {
      found[v] = extreme<T, kLargest>(found[v], loadWide(x + v * kWideLanes<T>));
    }
  }
  T* y = static_cast<T*>(args.y) + at;
#pragma GCC unroll 4
  for (int v = 0; v < kVectors; ++v) storeWide(y + v * kWideLanes<T>, found[v], count - v * kWideLanes<T>);
}

template <class T, bool kLargest>
void extremes(const ExtremeArgs& args) {
  constexpr int kVectors = 4, kTile = kVectors * kWideLanes<T>;
  int64_t at = 0;
  for (; at + kTile <= args.count; at += kTile) extremeTile<T, kLargest, kVectors>(args, at, kTile);
  for (; at < args.count; at += kWideLanes<T>) extremeTile<T, kLargest, 1>(args, at, args.count - at);
}

}  // namespace
}  // namespace convkit
