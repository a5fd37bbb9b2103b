#pragma once

// Logarithms of a Vec, on the terms of math.h.

#include "simd/math.h"

namespace convkit {
namespace {

// (log(1 + f) - f + f²/2) / f³ for √½ - 1 <= f <= √2 - 1, interpolated at nine Chebyshev nodes: the logarithm
// is off by 4e-9 of itself.
CONVKIT_INLINE Vec logSeries(Vec f) {
  Vec sum = broadcast(0.0697161147f);
  sum = fma(sum, f, broadcast(-0.114797338f));
  sum = fma(sum, f, broadcast(0.116854199f));
  sum = fma(sum, f, broadcast(-0.124256873f));
  sum = fma(sum, f, broadcast(0.142490576f));
  sum = fma(sum, f, broadcast(-0.166678023f));
  sum = fma(sum, f, broadcast(0.200007157f));
  sum = fma(sum, f, broadcast(-0.249999970f));
  return fma(sum, f, broadcast(0.333333312f));
}

// Of a normal, positive number, within 2e-7 of the result.
CONVKIT_INLINE Vec logOfNormal(Vec x, Vec more_exponent) {
  // x = 2^n · m with √½ <= m < √2: the bits of √½ are the zero of a scale in steps of 2^23.
  const UintVec bits = (UintVec)x;
  const IntVec n = (IntVec)(bits - 0x3f3504f3u) >> 23;
  const Vec f = (Vec)(bits - ((UintVec)n << 23)) - 1.0f;
  const Vec exponent = __builtin_convertvector(n, Vec) + more_exponent;
  const Vec square = f * f;
  Vec small = fma(logSeries(f) * square, f, square * -0.5f);
  // ln 2 in two parts, as in splitExp.
  small = fma(exponent, broadcast(-2.12194440e-4f), small);
  return fma(exponent, broadcast(0.693359375f), f + small);
}

// Minus infinity of 0, NaN of what is negative.
CONVKIT_INLINE Vec log(Vec x) {
  const IntVec denormal = x < 1.17549435e-38f;
  const Vec scaled = select(denormal, x * 8388608.0f, x);
  const Vec result = logOfNormal(scaled, select(denormal, broadcast(-23.0f), Vec{}));
  const Vec infinity = broadcast(__builtin_inff());
  const Vec below = select(x == 0.0f, -infinity, broadcast(__builtin_nanf("")));
  return select(x > 0.0f, select(x == infinity, infinity, result), below);
}

// log(1 + t) for 0 <= t <= 1, within 3e-7 of the result: what the sum lost is put back.
CONVKIT_INLINE Vec log1pOfFraction(Vec t) {
  const Vec sum = 1.0f + t;
  return logOfNormal(sum, Vec{}) + (t - (sum - 1.0f)) / sum;
}

// log(1 + e^x)
CONVKIT_INLINE Vec softplus(Vec x) { return maxKeepNan(Vec{}, x) + log1pOfFraction(exp(-absolute(x))); }

}  // namespace
}  // namespace convkit
