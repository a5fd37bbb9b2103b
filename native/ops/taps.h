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
// A convolution is one phase. A transposed convolution with stride s is s phases an axis: output
// pixels that agree modulo s are met by the same kernel elements, so each phase is an ordinary
// dense convolution and no multiplication by an inserted zero is ever done.
struct TapPhase {
  Extent3 first, step, count, input_step;
  std::vector<Tap> taps;  // in ascending order of their weights
};

std::vector<TapPhase> convolutionPhases(const Window& window);
std::vector<TapPhase> transposedPhases(const Window& window);

// How far the phases read beyond the input on each side.
Halo requiredHalo(const std::vector<TapPhase>& phases, const Extent3& input);

}  // namespace convkit
