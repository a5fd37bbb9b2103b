#pragma once

#include "ops/fft_tiling.h"

namespace convkit {

// Tiles that are in work at one time, and the floats of their spectra. Where the weights of a group stay in
// the second-level cache each thread has blocks of its own, otherwise all threads share one, so that the
// weights are read once for as many tiles as possible.
struct FftBlocks {
  bool shared;
  int32_t images, rows, columns;  // rows and columns of tiles
  int64_t x_stride, y_stride;     // floats between vectors of frequencies
  int64_t x_floats, y_floats;

  int64_t tiles() const { return int64_t{images} * rows * columns; }
  int32_t inputRows(const FftTiling& tiling) const { return rows + tiling.h.pieces - 1; }
  int32_t inputColumns(const FftTiling& tiling) const { return columns + tiling.w.pieces - 1; }
  int64_t inputTiles(const FftTiling& tiling) const {
    return int64_t{images} * inputRows(tiling) * inputColumns(tiling);
  }
};

FftBlocks fftBlocks(const ConvGeometry& geometry, const FftTiling& tiling, Isa isa);

// Floats from one vector of frequencies to the next one: an odd number of entries keeps those of one tile,
// which are written and read together, off one another's cache sets.
inline int64_t fftStride(int64_t entries, int64_t lanes) { return (entries | 1) * 2 * lanes; }

// The same for the weights of a group.
inline int64_t fftWeightStride(const ConvGeometry& geometry, const FftTiling& tiling, int64_t lanes) {
  return fftStride(int64_t{geometry.outPerGroup()} * geometry.inPerGroup() * tiling.pieces(), lanes);
}

}  // namespace convkit
