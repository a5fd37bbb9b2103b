#pragma once

// Complex transforms of 8 to 64 values, each value a pair of vectors, every lane for itself. Part of
// generic.h.
//
// There is no inverse one: with real and imaginary parts exchanged on both sides, the forward transform is
// it.

#include "kernels/fft/roots.h"

namespace convkit {
namespace {

CONVKIT_INLINE void dft2(Vec* re, Vec* im) {
  const Vec r = re[0] - re[1], i = im[0] - im[1];
  re[0] += re[1];
  im[0] += im[1];
  re[1] = r;
  im[1] = i;
}

CONVKIT_INLINE void dft4(Vec* re, Vec* im) {
  const Vec even_r = re[0] + re[2], even_i = im[0] + im[2], odd_r = re[1] + re[3], odd_i = im[1] + im[3];
  const Vec r = re[0] - re[2], i = im[0] - im[2], turned_r = im[1] - im[3], turned_i = re[3] - re[1];
  re[0] = even_r + odd_r;
  im[0] = even_i + odd_i;
  re[1] = r + turned_r;
  im[1] = i + turned_i;
  re[2] = even_r - odd_r;
  im[2] = even_i - odd_i;
  re[3] = r - turned_r;
  im[3] = i - turned_i;
}

CONVKIT_INLINE void dft8(Vec* re, Vec* im) {
  const Vec root = broadcast(0.70710678118654752440f);
  Vec even_r[4] = {re[0], re[2], re[4], re[6]}, even_i[4] = {im[0], im[2], im[4], im[6]};
  Vec odd_r[4] = {re[1], re[3], re[5], re[7]}, odd_i[4] = {im[1], im[3], im[5], im[7]};
  dft4(even_r, even_i);
  dft4(odd_r, odd_i);
  const Vec r[4] = {odd_r[0], (odd_r[1] + odd_i[1]) * root, odd_i[2], (odd_i[3] - odd_r[3]) * root};
  const Vec i[4] = {odd_i[0], (odd_i[1] - odd_r[1]) * root, -odd_r[2], (odd_r[3] + odd_i[3]) * -root};
#pragma GCC unroll 4
  for (int k = 0; k < 4; ++k) {
    re[k] = even_r[k] + r[k];
    im[k] = even_i[k] + i[k];
    re[k + 4] = even_r[k] - r[k];
    im[k + 4] = even_i[k] - i[k];
  }
}

template <int kSize>
CONVKIT_INLINE void shortDft(Vec* re, Vec* im) {
  if constexpr (kSize == 2) dft2(re, im);
  if constexpr (kSize == 4) dft4(re, im);
  if constexpr (kSize == 8) dft8(re, im);
}

// Value n = b + kInner · a comes from load(n, &re, &im), value k of the result goes to store(k, re, im).
// The two steps of Cooley and Tukey: over a, and, after a turn by the root of b · k, over b.
template <int kSize, class Load, class Store>
CONVKIT_INLINE void transform(const Load& load, const Store& store) {
  constexpr int kOuter = kSize >= 32 ? 8 : 4, kInner = kSize / kOuter;
  static constexpr StepRoots<kOuter, kInner> kRoots = StepRoots<kOuter, kInner>::make();
  Vec half_r[kSize], half_i[kSize];
  for (int b = 0; b < kInner; ++b) {
    Vec re[kOuter], im[kOuter];
#pragma GCC unroll 8
    for (int a = 0; a < kOuter; ++a) load(b + kInner * a, &re[a], &im[a]);
    shortDft<kOuter>(re, im);
    if (b > 0) {
#pragma GCC unroll 8
      for (int k = 1; k < kOuter; ++k) turn(kRoots.at[b][k], &re[k], &im[k]);
    }
#pragma GCC unroll 8
    for (int k = 0; k < kOuter; ++k) {
      half_r[k * kInner + b] = re[k];
      half_i[k * kInner + b] = im[k];
    }
  }
  for (int k = 0; k < kOuter; ++k) {
    Vec re[kInner], im[kInner];
#pragma GCC unroll 8
    for (int b = 0; b < kInner; ++b) {
      re[b] = half_r[k * kInner + b];
      im[b] = half_i[k * kInner + b];
    }
    shortDft<kInner>(re, im);
#pragma GCC unroll 8
    for (int m = 0; m < kInner; ++m) store(k + kOuter * m, re[m], im[m]);
  }
}

}  // namespace
}  // namespace convkit
