// The transforms of the `winograd` family, included once by each thin per-ISA file.

#include "kernels/winograd/points.h"
#include "kernels/winograd/weights.h"
#include "kernels/winograd/winograd.h"
#include "simd/activation.h"
#include "simd/vec.h"

namespace convkit {
namespace {

// Bᵀ d B, given Bᵀ d as columns[h][w].
template <class F>
CONVKIT_INLINE void finishInput(const Vec (*columns)[F::kPatch], float* out, int64_t element_stride) {
  constexpr int kPatch = F::kPatch;
#pragma GCC unroll 6
  for (int h = 0; h < kPatch; ++h) {
    Vec t[kPatch];
    F::input(columns[h], t);
#pragma GCC unroll 6
    for (int w = 0; w < kPatch; ++w) store(out + (h * kPatch + w) * element_stride, t[w]);
  }
}

template <class F, class Pixels>
CONVKIT_INLINE void transformPixels(const WinogradInputArgs& args, Pixels&& pixel) {
  constexpr int kPatch = F::kPatch;
  // Columns first: each needs one pass over the patch's rows.
  Vec columns[kPatch][kPatch];
#pragma GCC unroll 6
  for (int w = 0; w < kPatch; ++w) {
    Vec d[kPatch];
#pragma GCC unroll 6
    for (int h = 0; h < kPatch; ++h) d[h] = pixel(h, w);
    Vec t[kPatch];
    F::input(d, t);
#pragma GCC unroll 6
    for (int h = 0; h < kPatch; ++h) columns[h][w] = t[h];
  }
  finishInput<F>(columns, args.out, args.element_stride);
}

// A patch that leaves the plane.
template <class F>
__attribute__((noinline)) void transformEdge(const WinogradInputArgs& args) {
  transformPixels<F>(
      args, [&](int h, int w) __attribute__((always_inline)) {
        const bool inside =
            h >= args.row_begin && h < args.row_end && w >= args.column_begin && w < args.column_end;
        return inside ? load(args.x + h * args.row_stride + w * args.pixel_stride) : Vec{};
      });
}

template <class F>
void transformInput(const WinogradInputArgs& args) {
  const bool whole = args.row_begin == 0 && args.row_end == F::kPatch && args.column_begin == 0 &&
                     args.column_end == F::kPatch;
  if (!whole) return transformEdge<F>(args);
  transformPixels<F>(
      args, [&](int h, int w) __attribute__((always_inline)) {
        return load(args.x + h * args.row_stride + w * args.pixel_stride);
      });
}

// A row's pixels of all channels arrive together, crosswise. The last four columns overlap the first
// four, so that nothing beyond the patch is read.
template <class F>
CONVKIT_INLINE void loadPatchRow(const float* x, int64_t channel_stride, Vec* d) {
  loadColumns(x, channel_stride, d);
  if (F::kPatch == 6) loadColumns(x + 2, channel_stride, d + 2);
}

// Bᵀ d B, given d Bᵀ as rows[h][w]: rows first, as they arrive.
template <class F>
CONVKIT_INLINE void finishPlanes(const Vec (*rows)[F::kPatch], const WinogradPlainInputArgs& args) {
  constexpr int kPatch = F::kPatch;
#pragma GCC unroll 6
  for (int w = 0; w < kPatch; ++w) {
    Vec d[kPatch], t[kPatch];
#pragma GCC unroll 6
    for (int h = 0; h < kPatch; ++h) d[h] = rows[h][w];
    F::input(d, t);
#pragma GCC unroll 6
    for (int h = 0; h < kPatch; ++h) store(args.out + (h * kPatch + w) * args.element_stride, t[h]);
  }
}

template <class F>
CONVKIT_INLINE void transformPlanes(const float* x, int64_t channel_stride, int64_t row_stride,
                                    const WinogradPlainInputArgs& args) {
  Vec rows[F::kPatch][F::kPatch];
#pragma GCC unroll 6
  for (int h = 0; h < F::kPatch; ++h) {
    Vec d[8];
    loadPatchRow<F>(x + h * row_stride, channel_stride, d);
    F::input(d, rows[h]);
  }
  finishPlanes<F>(rows, args);
}

// A patch that leaves the plane on some side, inside the tensor all the same: what was read of its
// neighbours is cleared.
template <class F>
__attribute__((noinline)) void transformBeside(const WinogradPlainInputArgs& args) {
  constexpr int kPatch = F::kPatch;
  IntVec keep[kPatch];
  for (int w = 0; w < kPatch; ++w) keep[w] = IntVec{} - (w >= args.column_begin && w < args.column_end);
  Vec rows[kPatch][kPatch];
#pragma GCC unroll 6
  for (int h = 0; h < kPatch; ++h) {
    Vec d[8] = {};
    if (h >= args.row_begin && h < args.row_end) {
      loadPatchRow<F>(args.x + h * args.row_stride, args.channel_stride, d);
#pragma GCC unroll 6
      for (int w = 0; w < kPatch; ++w) d[w] = (Vec)((IntVec)d[w] & keep[w]);
    }
    F::input(d, rows[h]);
  }
  finishPlanes<F>(rows, args);
}

// A patch at the tensor's very edge, or one that lacks channels, is copied between zeros first.
constexpr int kPatchRow = (kLanes > 8 ? kLanes : 8) + 8;
constexpr int kPatchPlane = 6 * kPatchRow;

CONVKIT_INLINE void copyPatchRow(const float* from, int begin, int end, float* to) {
  constexpr int kWide = kLanes > 8 ? kLanes : 8;
  for (int w = 0; w < 8; w += kLanes) store(to + w, Vec{});
  for (int w = 0; w < kWide; w += kLanes) {
    const int left = end - begin - w;
    store(to + begin + w, left > 0 ? loadPartial(from + begin + w, left < kLanes ? left : kLanes) : Vec{});
  }
}

template <class F>
__attribute__((noinline)) void transformBorder(const WinogradPlainInputArgs& args) {
  float patch[kLanes * kPatchPlane];
  for (int c = 0; c < kLanes; ++c) {
    for (int h = 0; h < F::kPatch; ++h) {
      float* to = patch + c * kPatchPlane + h * kPatchRow;
      const bool inside = c < args.channels && h >= args.row_begin && h < args.row_end;
      if (inside) {
        copyPatchRow(args.x + c * args.channel_stride + h * args.row_stride, args.column_begin,
                     args.column_end, to);
      } else {
        for (int w = 0; w < 8; w += kLanes) store(to + w, Vec{});
      }
    }
  }
  transformPlanes<F>(patch, kPatchPlane, kPatchRow, args);
}

template <class F>
void transformPlainInput(const WinogradPlainInputArgs& args) {
  const bool whole = args.row_begin == 0 && args.row_end == F::kPatch && args.column_begin == 0 &&
                     args.column_end == F::kPatch && args.channels == kLanes;
  if (!whole) {
    return args.reads_beside && args.channels == kLanes ? transformBeside<F>(args) : transformBorder<F>(args);
  }
  transformPlanes<F>(args.x, args.channel_stride, args.row_stride, args);
}

CONVKIT_INLINE Vec finishPixel(const WinogradOutputArgs& args, Vec value, int h, int w) {
  const Epilogue& epilogue = *args.epilogue;
  if (epilogue.bias) value += load(epilogue.bias);
  if (args.residual) {
    value += load(args.residual + h * args.residual_row_stride + w * args.residual_pixel_stride);
  }
  return clampTo(clampOf(epilogue.kind, epilogue.alpha, epilogue.beta), value);
}

// What is no clamp, over pixels just written.
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

// Aᵀ m as rows[h][w].
template <class F>
CONVKIT_INLINE void startOutput(const WinogradOutputArgs& args, Vec (*rows)[F::kPatch]) {
  constexpr int kPatch = F::kPatch, kTile = F::kTile;
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
}

template <class F>
void transformOutput(const WinogradOutputArgs& args) {
  constexpr int kPatch = F::kPatch, kTile = F::kTile;
  Vec rows[kTile][kPatch];
  startOutput<F>(args, rows);
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
  if (!isClamp(args.epilogue->kind)) activatePixels(args);
}

#define CONVKIT_WINOGRAD_TRANSFORMS(F)                                                          \
  {                                                                                             \
    F::kTile, transformWeights<F>, expandWeights<F>, transformInput<F>, transformPlainInput<F>, \
        transformOutput<F>                                                                      \
  }
#define CONVKIT_WINOGRAD_TABLE \
  { CONVKIT_WINOGRAD_TRANSFORMS(F2), CONVKIT_WINOGRAD_TRANSFORMS(F4) }

}  // namespace
}  // namespace convkit
