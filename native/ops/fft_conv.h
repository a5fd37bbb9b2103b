#pragma once

#include <memory>

#include "ops/fft_blocks.h"
#include "ops/op.h"
#include "ops/packing.h"

namespace convkit {

// Convolution by multiplying the spectra of tiles with those of the kernels, straight on plain NCHW.
//
// x, residual, bias, slope and y are plain, weights packed by fftWeightPacking; residual, bias and slope may
// be absent. Where a group's weights stay in the second-level cache, a thread takes tiles of that group from
// input to output. Otherwise all threads share blocks of tiles, whose spectra are in two temporary values:
// they transform the inputs, multiply one vector of frequencies after another, and transform the results
// back.
struct FftConvSpec {
  Isa isa;
  ConvGeometry geometry;
  FftTiling tiling;
  Activation activation;
  Value x, weights, bias, residual, slope, y;
  Value x_spectra, y_spectra;  // of fftBlocks' sizes; absent where those are 0
};

// [group][vector][block of output channels][piece][ic][output channel][2][lanes].
Packing fftWeightPacking(const ConvGeometry& geometry, const FftTiling& tiling, Isa isa);

std::unique_ptr<Op> makeFftConvOp(const FftConvSpec& spec);

}  // namespace convkit
