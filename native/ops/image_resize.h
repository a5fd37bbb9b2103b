#pragma once

#include <memory>

#include "ops/op.h"
#include "program/kinds.h"

namespace convkit {

// One axis of a resampling: for each output a first input and their number, and weights.
struct AxisTable {
  Value bounds, weights;
};

struct ImageResizeOperands {
  Value x;
  int64_t x_size;  // in pixels' values
  SlotType type;
  AxisTable across, down;
  Value packed;  // as many words as packedAcrossWords says, of this op's own
  Value y;
};

int64_t packedAcrossWords(const ImageResizeGeometry& geometry);

// Pixels of one type, resampled along rows and columns.
std::unique_ptr<Op> makeImageResizeOp(const ImageResizeGeometry& geometry,
                                      const ImageResizeOperands& operands, Isa isa);

// The same where every output is one input.
std::unique_ptr<Op> makeImagePickOp(const ImageResizeGeometry& geometry, const ImageResizeOperands& operands);

}  // namespace convkit
