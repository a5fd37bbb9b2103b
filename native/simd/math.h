#pragma once

// Elementary functions over a Vec. Like vec.h: included only by the thin per-ISA files. No function
// branches on a lane's value, a NaN lane stays NaN, and a lane's result depends on that lane alone.

#include "simd/vec.h"

namespace convkit {
namespace {

// Wraps around where a NaN's bits go through integer arithmetic.
typedef uint32_t UintVec __attribute__((vector_size(kLanes * 4)));

// `mask` is a vector comparison's result.
CONVKIT_INLINE Vec select(IntVec mask, Vec yes, Vec no) { return mask ? yes : no; }

CONVKIT_INLINE Vec copySign(Vec magnitude, Vec sign) {
  return (Vec)(((IntVec)magnitude & 0x7fffffff) | ((IntVec)sign & ~0x7fffffff));
}

// x = n·ln 2 + r with |r| <= ln 2 / 2 and n an integer.
struct ExpParts {
  IntVec n;
  Vec whole;  // n, too
  Vec r;
};

CONVKIT_INLINE ExpParts splitExp(Vec x) {
  // Adding 1.5·2^23 rounds to an integer, which then stands in the low bits.
  const Vec magic = broadcast(12582912.0f);
  const Vec shifted = fma(x, broadcast(1.44269504f), magic);
  const Vec whole = shifted - magic;
  // ln 2 in two parts; the first has 9 significant bits, so that its product with n is exact.
  const Vec r = fma(whole, broadcast(2.12194440e-4f), fma(whole, broadcast(-0.693359375f), x));
  return {(IntVec)((UintVec)shifted - (UintVec)magic), whole, r};
}

// (e^r - 1 - r) / r² for |r| <= ln 2 / 2, by its Taylor series: what is left off is below 6e-9.
CONVKIT_INLINE Vec expSeries(Vec r) {
  Vec sum = broadcast(1.0f / 5040);
  sum = fma(sum, r, broadcast(1.0f / 720));
  sum = fma(sum, r, broadcast(1.0f / 120));
  sum = fma(sum, r, broadcast(1.0f / 24));
  sum = fma(sum, r, broadcast(1.0f / 6));
  return fma(sum, r, broadcast(0.5f));
}

// 2^n for -127 <= n <= 127, where -127 gives 0.
CONVKIT_INLINE Vec powerOfTwo(IntVec n) { return (Vec)(((UintVec)n + 127) << 23); }

// v · 2^n for n from -150 to 128, rounded once more where that is no float32.
CONVKIT_INLINE Vec scaleByPowerOfTwo(Vec v, const ExpParts& parts) {
#if defined(__AVX512F__)
  return (Vec)_mm512_maskz_scalef_ps(kAllLanes, (__m512)v, (__m512)parts.whole);
#else
  // Two steps, because 2^128 is no float32 while e^88.5 is one.
  const IntVec half = parts.n >> 1;
  return v * powerOfTwo(half) * powerOfTwo((IntVec)((UintVec)parts.n - (UintVec)half));
#endif
}

// e^x within 2e-7 of the result; infinity above 88.73, 0 far below.
CONVKIT_INLINE Vec exp(Vec x) {
  // Beyond these bounds the result is infinity or 0 anyway, and n stays small enough for the scaling.
  const ExpParts parts = splitExp(clampKeepNan(x, -104.0f, 89.0f));
  const Vec r = parts.r;
  return scaleByPowerOfTwo(fma(expSeries(r), r * r, r) + 1.0f, parts);
}

// 1 / d for d >= 1, within 2e-7 of the result. A division of 16 lanes takes as long as ten multiplications on
// most processors; the estimate is good for 14 bits, and one step of Newton's doubles them. An infinite d
// gives 0, as a division does: the bound keeps infinity times zero out of the step.
CONVKIT_INLINE Vec reciprocalFromOne(Vec d) {
#if defined(__AVX512F__)
  const Vec estimate = (Vec)_mm512_maskz_rcp14_ps(kAllLanes, (__m512)d);
  const Vec error = fnma(minKeepNan(broadcast(0x1p126f), d), estimate, broadcast(1.0f));
  return fma(estimate, error, estimate);
#else
  return 1.0f / d;
#endif
}

// e^x - 1 for x <= 0, within 3e-7 of the result: near 0 too, where exp(x) - 1 would lose every digit.
CONVKIT_INLINE Vec expm1NonPositive(Vec x) {
  // e^-30 is far below half a unit in the last place of 1.
  const ExpParts parts = splitExp(maxKeepNan(broadcast(-30.0f), x));
  const Vec r = parts.r;
  const Vec power = powerOfTwo(parts.n);
  return fma(fma(expSeries(r), r * r, r), power, power - 1.0f);
}

// Within 4e-7 of the result.
CONVKIT_INLINE Vec tanh(Vec x) {
  const Vec t = expm1NonPositive(-2.0f * absolute(x));
  return copySign(t / (t + 2.0f), x);
}

// Within 3e-7 of the result.
CONVKIT_INLINE Vec sigmoid(Vec x) { return reciprocalFromOne(1.0f + exp(-x)); }

// Within 4e-7 of the result. For x >= 0, with u = x / (2 + x), e^(x²)·erfc(x) = 1 + u·Q(u): the idea of
// Abramowitz and Stegun 7.1.26, with Q interpolated here at the eight Chebyshev nodes of 0 <= x <= 4,
// which is off by 3e-9. Written without 1 - erfc(x), so that no digits are lost near 0.
CONVKIT_INLINE Vec erf(Vec x) {
  // An infinity would make u a NaN; beyond 10 the result is 1 anyway.
  const Vec size = minKeepNan(broadcast(10.0f), absolute(x));
  const Vec u = size / (size + 2.0f);
  Vec sum = broadcast(-0.0567885390f);
  sum = fma(sum, u, broadcast(0.0784905222f));
  sum = fma(sum, u, broadcast(0.0662702032f));
  sum = fma(sum, u, broadcast(0.0111870488f));
  sum = fma(sum, u, broadcast(-0.311528138f));
  sum = fma(sum, u, broadcast(-0.274729050f));
  sum = fma(sum, u, broadcast(1.74324015f));
  sum = fma(sum, u, broadcast(-2.25675833f)) * u;
  const Vec decay = expm1NonPositive(-size * size);
  return copySign(fma(sum, decay + 1.0f, decay), x);
}

}  // namespace
}  // namespace convkit
