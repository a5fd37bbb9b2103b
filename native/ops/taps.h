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

// Output pixels first + i·step, i < count per axis, whose sums run over the same taps. Output pixel
// i reads the input at i·input_step + tap.offset.
//
// A convolution is one phase; where its window leaves the input it multiplies by the padding's zeros,
// as the definition says (an infinite weight makes NaN there). A transposed convolution has no
// padding to multiply: output pixels are met by those kernel elements that reach them from a real
// input pixel. So it has a phase for each remainder modulo the stride, cut at the borders into
// stretches with equal taps, and each phase is an ordinary dense convolution.
struct TapPhase {
  Extent3 first, step, count, input_step;
  std::vector<Tap> taps;  // in ascending order of their weights
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
