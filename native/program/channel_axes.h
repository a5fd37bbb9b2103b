#pragma once

#include <optional>
#include <vector>

#include "ops/binary.h"
#include "ops/concat.h"
#include "program/layout.h"
#include "program/step.h"

namespace convkit {

// Which general steps over strides are, for a tensor of images, channels and pixels, something that blocks of
// channels can do.

// How an operand with these strides spreads over a result of these dims; kImageChannel where both that and
// kChannel would do, as with a single image. Nothing where it does in no such way, or has other values
// besides.
std::optional<Spread> spreadOf(const Axes& size, const Axes& stride, const Dims& dims, int64_t operand_size);

// The channel of x that each channel of the result is, pixel by pixel; empty where the step is something
// else.
std::vector<ChannelSource> channelsOf(const StridedGeometry& geometry, const Dims& x);

}  // namespace convkit
