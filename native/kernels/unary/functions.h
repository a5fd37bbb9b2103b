#pragma once

// The operations of the `unary` family over a Vec. Included only by its template.

#include "program/kinds.h"
#include "simd/logarithm.h"
#include "simd/math.h"
#include "simd/rounding.h"

namespace convkit {
namespace {

// e^x - 1, for x > 0 as (1 - e^-x) · e^x, which loses no digits near 0.
CONVKIT_INLINE Vec expm1(Vec x) {
  const Vec below = expm1NonPositive(-absolute(x));
  return select(x > 0.0f, -below * exp(x), below);
}

CONVKIT_INLINE Vec sign(Vec x) {
  return select(x > 0.0f, broadcast(1.0f), select(x < 0.0f, broadcast(-1.0f), x));
}

// tanh(log(1 + e)) is (e² + 2e) / (e² + 2e + 2), which loses no digits; from 20 on it is 1, and e² might
// overflow.
CONVKIT_INLINE Vec mish(Vec x) {
  const Vec e = exp(minKeepNan(broadcast(20.0f), x));
  const Vec numerator = e * (e + 2.0f);
  return x * (numerator / (numerator + 2.0f));
}

// (1 + tanh(u)) / 2 is the sigmoid of 2u.
CONVKIT_INLINE Vec geluTanh(Vec x) {
  const Vec inner = fma(x * x * x, broadcast(0.044715f), x);
  return x / (1.0f + exp(inner * -1.59576912f));
}

template <UnaryOperation kOperation>
CONVKIT_INLINE Vec unary(Vec x, float alpha, float beta) {
  const Vec one = broadcast(1.0f), zero = Vec{};
  switch (kOperation) {
    case UnaryOperation::kAffine:
      return fma(x, broadcast(alpha), broadcast(beta));
    case UnaryOperation::kAbs:
      return absolute(x);
    case UnaryOperation::kNeg:
      return -x;
    case UnaryOperation::kReciprocal:
      return 1.0f / x;
    case UnaryOperation::kSqrt:
      return squareRoot(x);
    case UnaryOperation::kExp:
      return exp(x);
    case UnaryOperation::kLog:
      return log(x);
    case UnaryOperation::kErf:
      return erf(x);
    case UnaryOperation::kFloor:
      return roundDown(x);
    case UnaryOperation::kCeil:
      return roundUp(x);
    case UnaryOperation::kRound:
      return roundToEven(x);
    case UnaryOperation::kTruncate:
      return roundToZero(x);
    case UnaryOperation::kSign:
      return sign(x);
    case UnaryOperation::kNot:
      return select(x == 0.0f, one, zero);
    case UnaryOperation::kNonZero:
      return select(x == 0.0f, zero, one);
    case UnaryOperation::kHardSigmoid:
      return clampKeepNan(fma(x, broadcast(alpha), broadcast(beta)), 0.0f, 1.0f);
    case UnaryOperation::kSoftplus:
      return softplus(x);
    case UnaryOperation::kSoftsign:
      return x / (1.0f + absolute(x));
    case UnaryOperation::kMish:
      return mish(x);
    case UnaryOperation::kSelu:
      return beta * select(x > 0.0f, x, alpha * expm1NonPositive(minKeepNan(zero, x)));
    case UnaryOperation::kCelu:
      return maxKeepNan(zero, x) + minKeepNan(zero, alpha * expm1(x / alpha));
    case UnaryOperation::kGeluTanh:
      return geluTanh(x);
    case UnaryOperation::kCount:
      break;
  }
  return x;
}

}  // namespace
}  // namespace convkit
