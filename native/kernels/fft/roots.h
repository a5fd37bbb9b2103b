#pragma once

// Roots of unity, computed in double precision while the kernels are compiled. Part of generic.h.

#include "simd/vec.h"

namespace convkit {
namespace {

constexpr double kPi = 3.14159265358979323846;

// Taylor's series, for |x| ≤ π: the terms left out are below 1e-16.
constexpr double cosine(double x) {
  double term = 1, sum = 1;
  for (int n = 1; n < 32; n += 2) {
    term *= -x * x / (n * (n + 1));
    sum += term;
  }
  return sum;
}

constexpr double sine(double x) {
  double term = x, sum = x;
  for (int n = 2; n < 32; n += 2) {
    term *= -x * x / (n * (n + 1));
    sum += term;
  }
  return sum;
}

struct Root {
  float re, im;
};

// e^(−2πi · numerator / denominator), numerator / denominator ≤ ½.
constexpr Root rootOf(double numerator, double denominator) {
  const double angle = 2 * kPi * numerator / denominator;
  return {static_cast<float>(cosine(angle)), static_cast<float>(-sine(angle))};
}

// For a transform of kOuter · kInner values in two steps: root [b][k] is e^(−2πi · b · k / size).
template <int kOuter, int kInner>
struct StepRoots {
  Root at[kInner][kOuter];

  static constexpr StepRoots make() {
    StepRoots roots{};
    for (int b = 0; b < kInner; ++b) {
      for (int k = 0; k < kOuter; ++k) {
        const int turn = b * k % (kOuter * kInner);
        const bool far = 2 * turn > kOuter * kInner;
        const Root root = rootOf(far ? kOuter * kInner - turn : turn, kOuter * kInner);
        roots.at[b][k] = {root.re, far ? -root.im : root.im};
      }
    }
    return roots;
  }
};

// e^(−2πi · n / (4 · kHalf)) for n < kHalf: the quarter steps of a column of 2 · kHalf values.
template <int kHalf>
struct QuarterRoots {
  Root at[kHalf];

  static constexpr QuarterRoots make() {
    QuarterRoots roots{};
    for (int n = 0; n < kHalf; ++n) roots.at[n] = rootOf(n, 4 * kHalf);
    return roots;
  }
};

// (re, im) · root.
CONVKIT_INLINE void turn(const Root& root, Vec* re, Vec* im) {
  const Vec c = broadcast(root.re), s = broadcast(root.im);
  const Vec turned = fnma(*im, s, *re * c);
  *im = fma(*im, c, *re * s);
  *re = turned;
}

// (re, im) · conj(root).
CONVKIT_INLINE void turnBack(const Root& root, Vec* re, Vec* im) {
  const Vec c = broadcast(root.re), s = broadcast(root.im);
  const Vec turned = fma(*im, s, *re * c);
  *im = fnma(*re, s, *im * c);
  *re = turned;
}

}  // namespace
}  // namespace convkit
