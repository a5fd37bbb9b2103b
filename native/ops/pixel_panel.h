#pragma once

#include <cstdint>

#include "program/step.h"

namespace convkit {

// Rows [first, last) of the im2col matrix (channel, kd, kh, kw), columns [pixel, pixel + pixels) of
// the output plane, written as rows of `width` floats, zeros where the window leaves the input and
// beyond `pixels`. `x` is the group's first plane of one image, plain.
struct PixelPanel {
  int64_t first, last;
  int64_t pixel, pixels, width;
};
void gatherPanel(const Window& window, const float* x, const PixelPanel& panel, float* out);

}  // namespace convkit
