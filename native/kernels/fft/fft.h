#pragma once

// Kernel family `fft`: convolution by multiplying spectra, tile by tile.
//
// A tile is a patch of height × width values, both powers of two between kMinFftSize and kMaxFftSize. Its
// spectrum is
//
//   X[m][k] = Σ_h Σ_w x[h][w] · e^(−2πi · (h · (2m + ½) / height + w · k / width)),   m < height/2, k < width
//
// Down the columns the frequencies are odd quarter steps: those of a real sequence then come in conjugate
// pairs without exception, half of them are all there is to know, and no element needs a treatment of its
// own. Such a product of spectra is a convolution that wraps around with the sign changed, which does not
// matter: what wraps around is thrown away.
//
//   y[h][w] = Σ_kh Σ_kw x[h + kh][w + kw] · weight[kh][kw]  ⇔  Y = X · conj(W)
//   for h ≤ height − kernel height, w ≤ width − kernel width
//
// Spectra lie as [vector][…][2][lanes]: vector m / lanes · width + k holds, for lanes neighbouring values
// of m, the real parts and then the imaginary ones. A tile's height is at least twice the lanes.
//
// The transforms are not normalised: forward, product and inverse together multiply by height · width / 2.

#include <cstdint>

#include "core/cpu.h"
#include "kernels/product/product.h"

namespace convkit {

constexpr int kMinFftSize = 16, kMaxFftSize = 64;

struct FftTile {
  int32_t height, width;
  int64_t spectrum() const { return int64_t{height} * width; }  // floats
};

// Row h of the patch begins at x + h · row_stride. Only rows and columns in the ranges given, and of these
// only x[begin] to x[end − 1], count and are read; the rest is zero.
struct FftForwardArgs {
  FftTile tile;
  const float* x;
  int64_t row_stride;
  int32_t row_begin, row_end, column_begin, column_end;
  int64_t begin, end;
  float* out;             // the spectrum's first vector
  int64_t vector_stride;  // floats between vectors
  float* scratch;         // fftScratchFloats(tile), aligned to 64 bytes
};

// Writes y = activation(value · scale + bias + residual) for the first rows × columns values, as far as they
// lie before y[end]. bias and slope are one value each.
struct FftInverseArgs {
  FftTile tile;
  const float* in;
  int64_t vector_stride;
  float* y;
  const float* residual;  // the same place as y; may be null, may be y
  int64_t row_stride;     // of y and residual
  int32_t rows, columns;
  int64_t end;
  float scale;
  const Epilogue* epilogue;
  float* scratch;
};

// Y[tile][oc] = Σ_piece Σ_ic X[x_tiles[tile] + pieces[piece]][ic] · conj(W[oc][piece][ic]), lane by lane, for
// `outputs` output channels from `first_output` on, a multiple of max_outputs. Every sum runs over the pieces
// of the kernel, then over ic, as written.
//
//   x   [vector][x tile][ic][2][lanes]
//   w   [vector][block of output channels][piece][ic][output channel of the block][2][lanes]
//   y   [vector][tile][oc][2][lanes]
struct FftProductArgs {
  const float *x, *w;
  float* y;
  int64_t x_vector_stride, w_vector_stride, y_vector_stride;
  int32_t first_vector, vectors;
  const int32_t* x_tiles;
  int32_t tiles;
  const int32_t* pieces;
  int32_t piece_count;
  int32_t in_channels, out_channels;
  int32_t first_output, outputs;
};

struct FftKernels {
  int lanes;
  int max_outputs;  // of a block of output channels
  int max_tiles;    // that a register tile multiplies at a time
  void (*forward)(const FftForwardArgs& args);
  void (*inverse)(const FftInverseArgs& args);
  void (*product)(const FftProductArgs& args);
};

const FftKernels& fftKernels(Isa isa);

// A copied patch and a half-transformed one.
inline int64_t fftScratchFloats(const FftTile& tile) { return 2 * tile.spectrum(); }

}  // namespace convkit
