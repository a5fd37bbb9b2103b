#pragma once

#include <memory>

#include "ops/op.h"
#include "ops/tap_conv.h"

namespace convkit {

// Direct convolution by the kernels of the `tiles` family, on processors that have them: a convolution of one
// group, as makeTapConvOp would compute it, with one phase, and x in the ISA's blocks or channels last.

// [vector][header, step, part, ...] as kernels/tiles/tiles.h lays them out.
Packing tileWeightPacking(const TapConvSpec& spec, const WeightStrides& strides);

// How many tiles of pixels are multiplied by the weights of all output channels before the next ones are:
// few, so that their parts stay near, where the weights come from the second-level cache; where they do not
// stay there many, so that they are read seldom.
int tileConvBand(int64_t reads, int64_t vectors);

// Of x times `scale`, where that is present: one value a channel, in whole blocks of 16 (for each image,
// where it has a batch of images). Only with one tap and without padding, whose zeros are not multiplied.
std::unique_ptr<Op> makeTileConvOp(TapConvSpec spec, const Value& scale = {});

}  // namespace convkit
