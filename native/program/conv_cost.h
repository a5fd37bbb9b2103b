#pragma once

#include "core/cpu.h"
#include "ops/winograd_conv.h"
#include "program/kinds.h"

namespace convkit {

// What a convolution of one image costs by each algorithm, in multiply-adds that a full register tile
// does in the same time. Only the order of the results matters: they decide between algorithms. They
// depend on the shape, the instruction set and the caches, never on the batch or on threads.
// docs/performance.md explains the constants.
struct ConvCostModel {
  const ConvGeometry& geometry;
  Isa isa;
  bool plain;             // operands and result are plain, and nobody else wants blocks
  bool constant_weights;  // else they are packed in every run
  bool cold_weights;      // each run reads them from memory
  bool scaled_input;      // one value a channel multiplies the input, which only tiles() does in passing

  double direct() const;
  double tiles() const;  // infinite where there are none, or where they are not for this convolution
  double gemm() const;
  double narrow() const;            // pixels in lanes, for plain operands
  double lanes() const;             // each output channel in a lane of its own
  double winograd(int tile) const;  // 2 or 4
  double fft() const;
  // In which form the weights are read.
  WinogradWeights winogradWeights(int tile) const;

 private:
  double outputChannels() const;  // in whole vectors
};

}  // namespace convkit
