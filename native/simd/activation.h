#pragma once

// The activations of src/program/step.ts over a Vec. Like vec.h: included only by the thin per-ISA files.

#include "program/kinds.h"
#include "simd/math.h"

namespace convkit {
namespace {

// Identity, ReLU, ReLU6 and clip are all a clamp, which needs no branch, keeps a NaN, and is done in
// registers before a tile is written. The others are long: one copy of them runs over the tile just written,
// which is in the first-level cache.
struct Clamp {
  float low, high;
};

CONVKIT_INLINE bool isClamp(ActivationKind kind) {
  return kind == ActivationKind::kIdentity || kind == ActivationKind::kRelu ||
         kind == ActivationKind::kRelu6 || kind == ActivationKind::kClip;
}

// No bounds where the activation is not a clamp.
CONVKIT_INLINE Clamp clampOf(ActivationKind kind, float alpha, float beta) {
  const float infinity = __builtin_inff();
  switch (kind) {
    case ActivationKind::kRelu:
      return {0.0f, infinity};
    case ActivationKind::kRelu6:
      return {0.0f, 6.0f};
    case ActivationKind::kClip:
      return {alpha, beta};
    default:
      return {-infinity, infinity};
  }
}

CONVKIT_INLINE Vec clampTo(const Clamp& clamp, Vec v) { return clampKeepNan(v, clamp.low, clamp.high); }

// Calls X(kind) for each of the others.
#define CONVKIT_LONG_ACTIVATIONS(X) \
  X(kSigmoid)                       \
  X(kTanh)                          \
  X(kSilu)                          \
  X(kHardSigmoid)                   \
  X(kHardSwish)                     \
  X(kGelu)                          \
  X(kLeakyRelu)                     \
  X(kElu)                           \
  X(kPrelu)

// A NaN stays NaN. `slope` is only read for prelu.
CONVKIT_INLINE Vec activate(ActivationKind kind, Vec v, float alpha, float beta, Vec slope) {
  switch (kind) {
    case ActivationKind::kRelu:
      return maxKeepNan(Vec{}, v);
    case ActivationKind::kRelu6:
      return clampKeepNan(v, 0.0f, 6.0f);
    case ActivationKind::kSigmoid:
      return sigmoid(v);
    case ActivationKind::kTanh:
      return tanh(v);
    case ActivationKind::kSilu:
      return v * sigmoid(v);
    case ActivationKind::kHardSigmoid:
      return clampKeepNan(fma(v, broadcast(1.0f / 6), broadcast(0.5f)), 0.0f, 1.0f);
    case ActivationKind::kHardSwish:
      return v * clampKeepNan(fma(v, broadcast(1.0f / 6), broadcast(0.5f)), 0.0f, 1.0f);
    case ActivationKind::kGelu:
      return 0.5f * v * (1.0f + erf(v * 0.707106781f));
    case ActivationKind::kLeakyRelu:
      return select(v > 0.0f, v, v * alpha);
    case ActivationKind::kClip:
      return clampKeepNan(v, alpha, beta);
    case ActivationKind::kElu:
      return select(v > 0.0f, v, expm1NonPositive(minKeepNan(Vec{}, v)) * alpha);
    case ActivationKind::kPrelu:
      return select(v > 0.0f, v, v * slope);
    case ActivationKind::kIdentity:
    case ActivationKind::kCount:
      break;
  }
  return v;
}

}  // namespace
}  // namespace convkit
