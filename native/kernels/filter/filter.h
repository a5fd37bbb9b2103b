#pragma once

// Kernel family `filter`: weighted sums over the windows of an image, on rows that were widened and given a
// border before. A row's values lie side by side, `step` of them a pixel.
//
//   widen:    y[i] = x[i] as float32
//   sums:     y[r][i] = start + Σ_s Σ_t weights[s · taps + t] · x[r + s][offset + i + t · step]
//             for r < rows (1 or 2), s < kernel_rows, t < taps, in this order; each product is rounded before
//             it is added; weights of 0 take no part. More than kPartialSumTerms terms are cut into partial
//             sums of so many, whose total keeps what its additions lose
//   narrow:   y[i] = x[i], saturated: the nearest that the type holds, halves to even, 0 for NaN
//   sharpen:  d = x[i] − blurred[i]; y[i] = |d| < threshold ? x[i] : x[i] + amount · d, product rounded first
//
//   widen_fixed:  y[i] = 64 · x[i]
//   mirrored:     y[i] = Σ_k (w[k] · (before[k][i] + after[k][i]) + 2^14) >> 15, where for k = 0 only before
//                 counts; whole numbers. Never overflows where 0 ≤ x ≤ 64 · 255 and the weights' sum over
//                 both sides is 2^15.
//   narrow_fixed: y[i] = (x[i] + 32) >> 6
//
//   widen_whole:    y[i] = x[i]
//   whole_columns:  y[i] = Σ_s weights[s] · x[s][i]
//   whole_row:      y[i] = start + Σ_t weights[t] · x[i + t · step], the sum as float32; sums fit 16 bits
//
// `sums` reads whole vectors: up to a vector of values behind the last that counts. `mirrored` reads and
// writes whole tiles: up to kMirroredTile values, of which the first counts; so does `whole_columns`, and
// `whole_row` reads up to kSumsTile more values than count. Everything else reads and writes
// i < count and nothing more. x and y do not overlap; `sharpen` may write over `blurred`.

#include <cstdint>

#include "core/cpu.h"
#include "program/kinds.h"

namespace convkit {

constexpr int kMostFilterRows = 2;

// Values of the largest tiles: a row that ends with one has no slow rest.
constexpr int64_t kSumsTile = 64;
constexpr int64_t kMirroredTile = 128;

struct FilterSumsArgs {
  const float* const* x;  // rows + kernel_rows − 1 of them
  int64_t offset;         // of the first value in each of them
  float* y[kMostFilterRows];
  int64_t count;
  int32_t rows, kernel_rows, taps, step;
  const float* weights;
  float start;
};

struct SharpenArgs {
  const float* x;
  const float* blurred;
  float* y;
  int64_t count;
  float amount, threshold;
};

struct MirroredArgs {
  const int16_t* const* before;
  const int16_t* const* after;
  int32_t terms;
  const int16_t* weights;
  int16_t* y;
  int64_t count;
};

struct WholeColumnArgs {
  const int16_t* const* x;
  int32_t terms;
  const int16_t* weights;
  int16_t* y;
  int64_t count;
};

struct WholeRowArgs {
  const int16_t* x;
  int32_t taps, step;
  const int16_t* weights;
  float start;
  float* y;
  int64_t count;
};

// By SlotType where an array; null for what is no pixel.
struct FilterKernels {
  void (*widen[static_cast<int>(SlotType::kCount)])(const void* x, int64_t count, float* y);
  void (*narrow[static_cast<int>(SlotType::kCount)])(const float* x, int64_t count, void* y);
  void (*sums)(const FilterSumsArgs& args);
  void (*sharpen)(const SharpenArgs& args);
  void (*widen_fixed)(const uint8_t* x, int64_t count, int16_t* y);
  void (*mirrored)(const MirroredArgs& args);
  void (*narrow_fixed)(const int16_t* x, int64_t count, uint8_t* y);
  void (*widen_whole)(const uint8_t* x, int64_t count, int16_t* y);
  void (*whole_columns)(const WholeColumnArgs& args);
  void (*whole_row)(const WholeRowArgs& args);
};

const FilterKernels& filterKernels(Isa isa);

}  // namespace convkit
