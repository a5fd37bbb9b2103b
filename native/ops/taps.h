#pragma once

#include <vector>

#include "program/layout.h"
#include "program/step.h"

namespace convkit {

// One term of a convolution's sum: the weight with flat kernel index `index`, times the input at
// `offset` from the place that belongs to the output pixel.
struct Tap {
  Extent3 offset;
  int32_t index;
};

// The terms of a sum along one axis: kernel elements and where they read, each so far from the last.
struct AxisTaps {
  int32_t count;
  int32_t index, index_step;
  int32_t offset, offset_step;

  int32_t indexAt(int32_t i) const { return index + i * index_step; }
  int32_t offsetAt(int32_t i) const { return offset + i * offset_step; }
};

// Output pixels first + i·step, i < count per axis, whose sums run over the same taps. Output pixel
// i reads the input at i·input_step + tap.offset.
//
// A convolution is one phase; where its window leaves the input it multiplies by the padding's zeros,
// as the definition says (an infinite weight makes NaN there). A transposed convolution has no
// padding to multiply: output pixels are met by those kernel elements that reach them from a real
// input pixel. So it has a phase for each remainder modulo the stride, cut at the borders into
// stretches with equal taps, and each phase is an ordinary dense convolution.
//
// Kernels and inputs of thousands of pixels make thousands of stretches of thousands of taps each. So the
// taps are not listed but told, axis by axis, by their progressions.
struct TapPhase {
  Extent3 first, step, count, input_step;
  AxisTaps d, h, w;
  Extent3 kernel;

  int64_t tapCount() const { return int64_t{d.count} * h.count * w.count; }
  std::vector<Tap> taps() const;
  // Calls visit(tap) in ascending order of their weights.
  template <class Visit>
  void forEachTap(Visit&& visit) const {
    for (int32_t i = 0; i < d.count; ++i) {
      for (int32_t j = 0; j < h.count; ++j) {
        const int32_t row = (d.indexAt(i) * kernel.h + h.indexAt(j)) * kernel.w;
        for (int32_t k = 0; k < w.count; ++k) {
          visit(Tap{{d.offsetAt(i), h.offsetAt(j), w.offsetAt(k)}, row + w.indexAt(k)});
        }
      }
    }
  }
};

std::vector<TapPhase> convolutionPhases(const Window& window);
std::vector<TapPhase> transposedPhases(const Window& window);

// Where a tap reads, in floats from the place that belongs to the output pixel.
inline int64_t tapOffset(const Tap& tap, const Layout& x) {
  return tap.offset.d * x.sliceStride() + tap.offset.h * x.rowStride() + tap.offset.w * x.pixelStride();
}

// How far the phases read beyond the input on each side.
Halo requiredHalo(const std::vector<TapPhase>& phases, const Extent3& input);

}  // namespace convkit
