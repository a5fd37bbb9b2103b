#pragma once

// The activations of src/program/step.ts over a Vec. Like vec.h: included only by the thin per-ISA files.

#include "program/kinds.h"
#include "simd/math.h"

namespace convkit {
namespace {

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
      return v / (1.0f + exp(-v));
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
