#pragma once

// A vector of any of a pixel's types, with as many bytes as a Vec has. Like vec.h: only for the thin per-ISA
// files, everything internal.

#include "simd/vec.h"

namespace convkit {
namespace {

constexpr int kWideBytes = 4 * kLanes;

template <class T>
struct WideOf {
  typedef T Type __attribute__((vector_size(kWideBytes)));
};
template <class T>
using Wide = typename WideOf<T>::Type;
template <class T>
constexpr int kWideLanes = kWideBytes / static_cast<int>(sizeof(T));

template <class T>
CONVKIT_INLINE Wide<T> loadWide(const T* p) {
  Wide<T> v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}

template <class T>
CONVKIT_INLINE void storeWide(T* p, Wide<T> v) {
  __builtin_memcpy(p, &v, sizeof v);
}

// The first lanes only.
template <class T>
CONVKIT_INLINE void storeWide(T* p, Wide<T> v, int64_t lanes) {
  if (lanes >= kWideLanes<T>) return storeWide(p, v);
  T all[kWideLanes<T>];
  storeWide(all, v);
  for (int64_t i = 0; i < lanes; ++i) p[i] = all[i];
}

// `b` where a float is NaN.
template <class T>
CONVKIT_INLINE Wide<T> smaller(Wide<T> a, Wide<T> b) {
  return a < b ? a : b;
}
template <class T>
CONVKIT_INLINE Wide<T> larger(Wide<T> a, Wide<T> b) {
  return a > b ? a : b;
}

}  // namespace
}  // namespace convkit
