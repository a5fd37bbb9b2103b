#pragma once

#include "program/step.h"
#include "program/value_table.h"

namespace convkit {

struct ConvDims {
  Dims x, y;
};

inline ConvDims dimsOf(const ConvGeometry& g) {
  return {{g.batch, g.in_channels, g.window.input}, {g.batch, g.out_channels, g.window.output}};
}

inline Dims vectorDims(int64_t size) { return {1, static_cast<int32_t>(size), {1, 1, 1}}; }

// Convolutions that only know plain operands and results.
void planGemmConv(const Step& step, Isa isa, ValueTable& table);
void planNarrowConv(const Step& step, Isa isa, ValueTable& table);
void planFftConv(const Step& step, Isa isa, ValueTable& table);

}  // namespace convkit
