#pragma once

// Kernel family `image_resize`: weighted sums along the rows of an image, then along its columns.
//
// Along the rows, kResizeRows of them at a time, for row r, output o < outputs and channel c:
//
//   sum = Σ weight[o][t] · x[r · x_stride + (first[o] + t) · channels + c]
//
// across_bytes gives y[r][o · channels + c] = saturated((2^21 + sum) >> 22) where it is narrow, and the sum
// itself, an int32, where it is wide. Weights come in groups of weightsInGroup(channels) taps: their low
// parts and, in narrow sums, their high parts after them, weight = low + high · 2^kHighShift. Taps that fill
// the last group have weights of 0.
//
// across_floats gives the sum in float32, t in order, every product rounded.
//
// Both read up to kResizeOverRead bytes beyond the last pixel that counts, and write up to four values beyond
// the last output.
//
// Along the columns, for i < size:
//
//   sum = Σ weight[t] · rows[t][i]
//
// down_bytes gives y[i] = saturated((2^21 + sum) >> 22), t < 2 · pairs; of each pair of weights come two low
// parts, then two high ones. down_sums makes bytes of wide sums in the way of `arithmetic`. down_floats sums
// in float32, t in order, every product rounded; uint8 and uint16 get the nearest that they can be, halves to
// even, and 0 for NaN.
//
// Results never overlap what is read.

#include <cstdint>

#include "core/cpu.h"
#include "program/kinds.h"

namespace convkit {

constexpr int kResizeRows = 8;
constexpr int kResizeOverRead = 64;
constexpr int kHighShift = 12;

constexpr int weightsInGroup(int channels) { return channels == 1 ? 8 : channels == 2 ? 4 : 2; }

struct AcrossBytesArgs {
  const uint8_t* x;
  int64_t x_stride;
  const int32_t* spans;  // of each output: the offset of its first tap in bytes, and how many groups
  const int16_t* weights;
  int64_t weights_stride;  // from one output's to the next one's
  int64_t outputs;
  void* y[kResizeRows];
};

struct DownBytesArgs {
  const uint8_t* const* rows;
  const int16_t* weights;
  int64_t pairs;
  uint8_t* y;
  int64_t size;
};

struct DownSumsArgs {
  const int32_t* const* rows;
  const int32_t* weights;
  int64_t taps;
  ResizeArithmetic arithmetic;
  float scale;  // of kMean
  uint8_t* y;
  int64_t size;
};

struct AcrossFloatsArgs {
  const void* x;
  int64_t x_stride;      // in values
  const int32_t* spans;  // of each output: its first pixel, and how many
  const float* weights;
  int64_t taps;
  int64_t outputs;
  int32_t channels;
  float* y[kResizeRows];
};

struct DownFloatsArgs {
  const float* const* rows;
  const float* weights;
  int64_t taps;
  void* y;
  int64_t size;
};

struct ImageResizeKernels {
  // By channels less one; narrow, then wide.
  void (*across_bytes[2][kMostPixelChannels])(const AcrossBytesArgs& args);
  void (*down_bytes)(const DownBytesArgs& args);
  void (*down_sums)(const DownSumsArgs& args);
  // By SlotType; null for int32.
  void (*across_floats[static_cast<int>(SlotType::kCount)])(const AcrossFloatsArgs& args);
  void (*down_floats[static_cast<int>(SlotType::kCount)])(const DownFloatsArgs& args);
};

const ImageResizeKernels& imageResizeKernels(Isa isa);

}  // namespace convkit
