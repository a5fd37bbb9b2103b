#pragma once

#include <cstdint>

#include "core/cpu.h"
#include "kernels/fft/fft.h"
#include "program/kinds.h"

namespace convkit {

// How one axis is cut. A kernel that fits a tile leaves size − kernel + 1 outputs of it; a longer one is cut
// into pieces of half a tile, so that the tiles that they meet are those of the outputs further on.
struct FftAxis {
  int32_t size;           // of a tile
  int32_t piece, pieces;  // of the kernel
  int32_t step;           // outputs of a tile
  int32_t outputs;
  int32_t tiles() const { return (outputs + step - 1) / step; }
};

// A convolution cut into tiles. A single long row is `wrapped`: row r of the tiles' plane begins r · step
// further on in it, and its kernel is wrapped in the same way, which makes of one long transform many short
// ones, after Agarwal and Burrus, "Fast One-Dimensional Digital Convolution by Multidimensional Techniques"
// (1974).
struct FftTiling {
  FftAxis h, w;
  bool wrapped = false;
  FftTile tile() const { return {h.size, w.size}; }
  int64_t spectrum() const { return tile().spectrum(); }
  int64_t pieces() const { return int64_t{h.pieces} * w.pieces; }
  int64_t tiles() const { return int64_t{h.tiles()} * w.tiles(); }
};

// Planes, stride 1 and no dilation: src/geometry/algorithm.ts allows the same shapes.
bool fftFits(const ConvGeometry& geometry);

// A single column is a single row.
ConvGeometry fftGeometry(const ConvGeometry& geometry);

// The cheapest tiling, and what it costs for one image in the units of program/conv_cost.h. Depends on the
// shape, the instruction set and the caches.
struct FftEstimate {
  FftTiling tiling;
  double cost;
};
FftEstimate fftEstimate(const ConvGeometry& geometry, bool constant_weights, Isa isa);

// Bytes of the transformed weights.
double fftWeightBytes(const ConvGeometry& geometry, const FftTiling& tiling);

}  // namespace convkit
