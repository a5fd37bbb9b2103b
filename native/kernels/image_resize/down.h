#pragma once

// Weighted sums of rows.

#include "kernels/image_resize/across_bytes.h"

namespace convkit {
namespace {

CONVKIT_INLINE void downBytesRange(const DownBytesArgs& args, int64_t first, int64_t end) {
  for (int64_t i = first; i < end; ++i) {
    uint32_t sum = kHalf;
    for (int64_t p = 0; p < args.pairs; ++p) {
      const int16_t* w = args.weights + 4 * p;
      const int32_t a = args.rows[2 * p][i], b = args.rows[2 * p + 1][i];
      sum += static_cast<uint32_t>(a * w[0] + b * w[1]) +
             (static_cast<uint32_t>(a * w[2] + b * w[3]) << kHighShift);
    }
    const int32_t whole = static_cast<int32_t>(sum) >> kWholeShift;
    args.y[i] = static_cast<uint8_t>(whole < 0 ? 0 : whole > 255 ? 255 : whole);
  }
}

#if CONVKIT_BYTE_VECTORS

CONVKIT_INLINE void downBytesVector(const DownBytesArgs& args, int64_t at) {
  const Bytes zero = sameWords(0);
  Bytes low[4] = {zero, zero, zero, zero}, high[4] = {zero, zero, zero, zero};
  for (int64_t p = 0; p < args.pairs; ++p) {
    const Bytes a = loadBytes(args.rows[2 * p] + at), b = loadBytes(args.rows[2 * p + 1] + at);
    const Bytes left = unpackLowBytes(a, b), right = unpackHighBytes(a, b);
    const Bytes pairs[4] = {unpackLowBytes(left, zero), unpackHighBytes(left, zero),
                            unpackLowBytes(right, zero), unpackHighBytes(right, zero)};
    int32_t weights[2];
    __builtin_memcpy(weights, args.weights + 4 * p, sizeof weights);
    const Bytes low_weights = sameWords(weights[0]), high_weights = sameWords(weights[1]);
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) {
      low[i] = addWords(low[i], pairProducts(pairs[i], low_weights));
      high[i] = addWords(high[i], pairProducts(pairs[i], high_weights));
    }
  }
  Bytes whole[4];
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) {
    const Bytes sum = addWords(low[i], shiftWordsLeft<kHighShift>(high[i]));
    whole[i] = shiftWordsRight<kWholeShift>(addWords(sum, sameWords(kHalf)));
  }
  storeBytes(args.y + at, packToBytes(packWords(whole[0], whole[1]), packWords(whole[2], whole[3])));
}

void downBytes(const DownBytesArgs& args) {
  constexpr int64_t kWidth = sizeof(Bytes);
  if (args.size < kWidth) return downBytesRange(args, 0, args.size);
  for (int64_t i = 0; i + kWidth <= args.size; i += kWidth) downBytesVector(args, i);
  // The last vector writes some values a second time.
  if (args.size % kWidth != 0) downBytesVector(args, args.size - kWidth);
}

#else

void downBytes(const DownBytesArgs& args) { downBytesRange(args, 0, args.size); }

#endif

// Values that are summed at a time: enough for several vectors, few enough for registers.
constexpr int kRun = 4 * kLanes;

// Sums wrap around, as OpenCV's do.
CONVKIT_INLINE void sumRun(const DownSumsArgs& args, int64_t at, int count, uint32_t* sums) {
  for (int64_t t = 0; t < args.taps; ++t) {
    const int32_t* row = args.rows[t] + at;
    const uint32_t weight = static_cast<uint32_t>(args.weights[t]);
    if (args.arithmetic == ResizeArithmetic::kLinear) {
      // |row / 16| and the weight fit into 16 bits where they come from bytes and weights of 2^11.
      for (int i = 0; i < count; ++i) {
        const uint32_t product = weight * static_cast<uint32_t>(row[i] >> 4);
        sums[i] += static_cast<uint32_t>(static_cast<int32_t>(product) >> 16);
      }
    } else {
      for (int i = 0; i < count; ++i) sums[i] += weight * static_cast<uint32_t>(row[i]);
    }
  }
}

// Adding it leaves no bits for a fraction: the sum is rounded to a whole number, halves to even.
constexpr float kWhole = 12582912.0f;

CONVKIT_INLINE float wholeWithin(float v, float most) {
  // Comparisons with NaN are false.
  const float above = v > 0.0f ? v : 0.0f;
  const float within = above < most ? above : most;
  return (within + kWhole) - kWhole;
}

CONVKIT_INLINE uint8_t byteOf(const DownSumsArgs& args, uint32_t sum) {
  const int32_t value = static_cast<int32_t>(sum);
  if (args.arithmetic == ResizeArithmetic::kMean) {
    return static_cast<uint8_t>(
        static_cast<int32_t>(wholeWithin(static_cast<float>(value) * args.scale, 255.0f)));
  }
  const int32_t whole = args.arithmetic == ResizeArithmetic::kLinear
                            ? static_cast<int32_t>(sum + 2) >> 2
                            : static_cast<int32_t>(sum + kHalf) >> kWholeShift;
  return static_cast<uint8_t>(whole < 0 ? 0 : whole > 255 ? 255 : whole);
}

void downSums(const DownSumsArgs& args) {
  for (int64_t at = 0; at < args.size; at += kRun) {
    const int count = static_cast<int>(args.size - at < kRun ? args.size - at : kRun);
    uint32_t sums[kRun] = {};
    if (count == kRun) {
      sumRun(args, at, kRun, sums);
    } else {
      sumRun(args, at, count, sums);
    }
    for (int i = 0; i < count; ++i) args.y[at + i] = byteOf(args, sums[i]);
  }
}

}  // namespace
}  // namespace convkit
