// The transforms of Winograd's minimal filtering along one axis, for both tiles. Part of generic.h.

#pragma once

#include "simd/vec.h"

namespace convkit {
namespace {

constexpr float kRootHalf = 0.70710678118654752440f;
constexpr float kRootTwo = 1.41421356237309504880f;
constexpr float kRootHalfCubed = 0.35355339059327376220f;
constexpr float kRootTwoCubed = 2.82842712474619009760f;

// F(2): points {0, 1, −1, ∞}.
struct F2 {
  static constexpr int kTile = 2;
  static constexpr int kPatch = 4;

  // G g along one axis.
  CONVKIT_INLINE void weights(const Vec* g, Vec* out) {
    const Vec even = (g[0] + g[2]) * 0.5f, odd = g[1] * 0.5f;
    out[0] = g[0];
    out[1] = even + odd;
    out[2] = even - odd;
    out[3] = g[2];
  }
  // Bᵀ d along one axis.
  CONVKIT_INLINE void input(const Vec* d, Vec* out) {
    out[0] = d[0] - d[2];
    out[1] = d[1] + d[2];
    out[2] = d[2] - d[1];
    out[3] = d[3] - d[1];
  }
  // Aᵀ m along one axis.
  CONVKIT_INLINE void output(const Vec* m, Vec* out) {
    out[0] = m[0] + m[1] + m[2];
    out[1] = m[1] - m[2] + m[3];
  }
};

// F(4): points {0, √½, −√½, √2, −√2, ∞}. With a = √½ and b = √2, b = 2a, so that M(x) = x⁵ − 2.5x³ + x.
struct F4 {
  static constexpr int kTile = 4;
  static constexpr int kPatch = 6;

  // G g along one axis; row i of G is [1, p, p²] / Π (p − other points).
  CONVKIT_INLINE void weights(const Vec* g, Vec* out) {
    constexpr float kThird = 1 / 3.0f, kSixth = 1 / 6.0f;
    const Vec third = g[2] * kThird;
    const Vec even_a = g[0] * (-2 * kThird) - third, odd_a = g[1] * (-2 * kThird * kRootHalf);
    const Vec even_b = g[0] * kSixth + third, odd_b = g[1] * (2 * kSixth * kRootHalf);
    out[0] = g[0];
    out[1] = even_a + odd_a;
    out[2] = even_a - odd_a;
    out[3] = even_b + odd_b;
    out[4] = even_b - odd_b;
    out[5] = g[2];
  }

  CONVKIT_INLINE void input(const Vec* d, Vec* out) {
    const Vec a = broadcast(kRootHalf), b = broadcast(kRootTwo), c = broadcast(-2.5f);
    out[0] = fma(c, d[2], d[0] + d[4]);
    const Vec even_a = fma(broadcast(-2.0f), d[2], d[4]), odd_a = a * d[3] - b * d[1];
    out[1] = even_a + odd_a;
    out[2] = even_a - odd_a;
    const Vec even_b = fma(broadcast(-0.5f), d[2], d[4]), odd_b = b * d[3] - a * d[1];
    out[3] = even_b + odd_b;
    out[4] = even_b - odd_b;
    out[5] = fma(c, d[3], d[1] + d[5]);
  }
  CONVKIT_INLINE void output(const Vec* m, Vec* out) {
    const Vec sum_a = m[1] + m[2], difference_a = m[1] - m[2];
    const Vec sum_b = m[3] + m[4], difference_b = m[3] - m[4];
    out[0] = m[0] + sum_a + sum_b;
    out[1] = fma(broadcast(kRootTwo), difference_b, broadcast(kRootHalf) * difference_a);
    out[2] = fma(broadcast(2.0f), sum_b, broadcast(0.5f) * sum_a);
    out[3] = fma(broadcast(kRootTwoCubed), difference_b, fma(broadcast(kRootHalfCubed), difference_a, m[5]));
  }
};

}  // namespace
}  // namespace convkit
