// The transforms of the `winograd` family, included once by each thin per-ISA file.

#include "kernels/winograd/winograd.h"
#include "simd/activation.h"
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

template <class F>
void transformInput(const WinogradInputArgs& args) {
  constexpr int kPatch = F::kPatch;
  // Columns first: each needs one pass over the patch's rows.
  Vec columns[kPatch][kPatch];
#pragma GCC unroll 6
  for (int w = 0; w < kPatch; ++w) {
    Vec d[kPatch];
#pragma GCC unroll 6
    for (int h = 0; h < kPatch; ++h) d[h] = load(args.x + h * args.row_stride + w * args.pixel_stride);
    Vec t[kPatch];
    F::input(d, t);
#pragma GCC unroll 6
    for (int h = 0; h < kPatch; ++h) columns[h][w] = t[h];
  }
#pragma GCC unroll 6
  for (int h = 0; h < kPatch; ++h) {
    Vec t[kPatch];
    F::input(columns[h], t);
#pragma GCC unroll 6
    for (int w = 0; w < kPatch; ++w) store(args.out + (h * kPatch + w) * args.element_stride, t[w]);
  }
}

CONVKIT_INLINE Vec finishPixel(const WinogradOutputArgs& args, Vec value, int h, int w) {
  const Epilogue& epilogue = *args.epilogue;
  if (epilogue.bias) value += load(epilogue.bias);
  if (args.residual) {
    value += load(args.residual + h * args.residual_row_stride + w * args.residual_pixel_stride);
  }
  if (epilogue.kind == ActivationKind::kRelu) value = maxKeepNan(Vec{}, value);
  return value;
}

// Everything but ReLU, over pixels just written.
__attribute__((noinline, unused)) static void activatePixels(const WinogradOutputArgs& args) {
  const Epilogue& epilogue = *args.epilogue;
  const Vec slope = epilogue.slope ? load(epilogue.slope) : Vec{};
  for (int h = 0; h < args.rows; ++h) {
    for (int w = 0; w < args.columns; ++w) {
      float* y = args.y + h * args.row_stride + w * args.pixel_stride;
      store(y, activate(epilogue.kind, load(y), epilogue.alpha, epilogue.beta, slope));
    }
  }
}

template <class F>
void transformOutput(const WinogradOutputArgs& args) {
  constexpr int kPatch = F::kPatch, kTile = F::kTile;
  Vec rows[kTile][kPatch];
#pragma GCC unroll 6
  for (int w = 0; w < kPatch; ++w) {
    Vec m[kPatch];
#pragma GCC unroll 6
    for (int h = 0; h < kPatch; ++h) m[h] = load(args.m + (h * kPatch + w) * args.element_stride);
    Vec t[kTile];
    F::output(m, t);
#pragma GCC unroll 4
    for (int h = 0; h < kTile; ++h) rows[h][w] = t[h];
  }
  for (int h = 0; h < args.rows; ++h) {
    Vec t[kTile];
    F::output(rows[h], t);
#pragma GCC unroll 4
    for (int w = 0; w < kTile; ++w) {
      if (w < args.columns) {
        store(args.y + h * args.row_stride + w * args.pixel_stride, finishPixel(args, t[w], h, w));
      }
    }
  }
  const ActivationKind kind = args.epilogue->kind;
  if (kind != ActivationKind::kIdentity && kind != ActivationKind::kRelu) activatePixels(args);
}

#define CONVKIT_WINOGRAD_TABLE                              \
  {                                                         \
    {F2::kTile, transformInput<F2>, transformOutput<F2>}, { \
      F4::kTile, transformInput<F4>, transformOutput<F4>    \
    }                                                       \
  }

}  // namespace
}  // namespace convkit
