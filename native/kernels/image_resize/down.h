#pragma once

// Weighted sums of rows.

#include "kernels/image_resize/across_bytes.h"

namespace convkit {
namespace {

CONVKIT_INLINE uint8_t clampedByte(int32_t v) { return static_cast<uint8_t>(v < 0 ? 0 : v > 255 ? 255 : v); }

CONVKIT_INLINE void downBytesRange(const DownBytesArgs& args, int64_t first, int64_t end) {
  for (int64_t i = first; i < end; ++i) {
    uint32_t sum = kHalf;
    for (int64_t p = 0; p < args.pairs; ++p) {
      const int16_t* w = args.weights + 4 * p;
      const int32_t a = args.rows[2 * p][i], b = args.rows[2 * p + 1][i];
      sum += static_cast<uint32_t>(a * w[0] + b * w[1]) +
             (static_cast<uint32_t>(a * w[2] + b * w[3]) << kHighShift);
    }
    args.y[i] = clampedByte(static_cast<int32_t>(sum) >> kWholeShift);
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

typedef uint32_t WordVec __attribute__((vector_size(kLanes * 4)));

// Vectors that are summed at a time, in registers.
constexpr int kRunVectors = 4;
constexpr int kRun = kRunVectors * kLanes;

// Adding it leaves no bits for a fraction: the sum is rounded to a whole number, halves to even.
constexpr float kWhole = 12582912.0f;

CONVKIT_INLINE float wholeWithin(float v, float most) {
  // Comparisons with NaN are false.
  const float above = v > 0.0f ? v : 0.0f;
  const float within = above < most ? above : most;
  return (within + kWhole) - kWhole;
}

// A word or a vector of them, times a weight. Sums wrap around, as OpenCV's do.
template <ResizeArithmetic kArithmetic, class Signed, class Unsigned>
CONVKIT_INLINE Unsigned weighed(Unsigned value, uint32_t weight) {
  if constexpr (kArithmetic != ResizeArithmetic::kLinear) return value * weight;
  const Unsigned product = (Unsigned)((Signed)value >> 4) * weight;
  return (Unsigned)((Signed)product >> 16);
}

// Spelled out in vectors: of a plain loop g++ 12 jams two rows into scalar products.
template <ResizeArithmetic kArithmetic>
CONVKIT_INLINE void sumRun(const DownSumsArgs& args, int64_t at, uint32_t* results) {
  WordVec sums[kRunVectors] = {};
  for (int64_t t = 0; t < args.taps; ++t) {
    const int32_t* row = args.rows[t] + at;
    const uint32_t weight = static_cast<uint32_t>(args.weights[t]);
#pragma GCC unroll 4
    for (int i = 0; i < kRunVectors; ++i) {
      WordVec value;
      __builtin_memcpy(&value, row + i * kLanes, sizeof value);
      sums[i] += weighed<kArithmetic, IntVec>(value, weight);
    }
  }
  __builtin_memcpy(results, sums, sizeof sums);
}

template <ResizeArithmetic kArithmetic>
CONVKIT_INLINE void sumSome(const DownSumsArgs& args, int64_t at, int count, uint32_t* results) {
  for (int i = 0; i < count; ++i) {
    uint32_t sum = 0;
    for (int64_t t = 0; t < args.taps; ++t) {
      const uint32_t value = static_cast<uint32_t>(args.rows[t][at + i]);
      sum += weighed<kArithmetic, int32_t>(value, static_cast<uint32_t>(args.weights[t]));
    }
    results[i] = sum;
  }
}

template <ResizeArithmetic kArithmetic>
CONVKIT_INLINE void bytesOfSums(const DownSumsArgs& args, int64_t at, int count, const uint32_t* sums) {
  // Read before the loop: for all the compiler knows, a byte that is written may be part of them.
  const float scale = args.scale;
  uint8_t* y = args.y + at;
  for (int i = 0; i < count; ++i) {
    if constexpr (kArithmetic == ResizeArithmetic::kMean) {
      const float mean = static_cast<float>(static_cast<int32_t>(sums[i])) * scale;
      y[i] = static_cast<uint8_t>(static_cast<int32_t>(wholeWithin(mean, 255.0f)));
    } else if constexpr (kArithmetic == ResizeArithmetic::kLinear) {
      y[i] = clampedByte(static_cast<int32_t>(sums[i] + 2) >> 2);
    } else {
      y[i] = clampedByte(static_cast<int32_t>(sums[i] + kHalf) >> kWholeShift);
    }
  }
}

template <ResizeArithmetic kArithmetic>
CONVKIT_INLINE void downSumsOf(const DownSumsArgs& args) {
  uint32_t sums[kRun];
  int64_t at = 0;
  for (; at + kRun <= args.size; at += kRun) {
    sumRun<kArithmetic>(args, at, sums);
    bytesOfSums<kArithmetic>(args, at, kRun, sums);
  }
  const int rest = static_cast<int>(args.size - at);
  sumSome<kArithmetic>(args, at, rest, sums);
  bytesOfSums<kArithmetic>(args, at, rest, sums);
}

void downSums(const DownSumsArgs& args) {
  if (args.arithmetic == ResizeArithmetic::kLinear) return downSumsOf<ResizeArithmetic::kLinear>(args);
  if (args.arithmetic == ResizeArithmetic::kMean) return downSumsOf<ResizeArithmetic::kMean>(args);
  downSumsOf<ResizeArithmetic::kWide>(args);
}

}  // namespace
}  // namespace convkit
