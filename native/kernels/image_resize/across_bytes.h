#pragma once

// Weighted sums along rows of bytes.

#include "kernels/image_resize/byte_vectors.h"
#include "kernels/image_resize/image_resize.h"

namespace convkit {
namespace {

// Half of what (2^21 + sum) >> 22 divides by.
constexpr int32_t kHalf = 1 << 21;
constexpr int kWholeShift = 22;

#if CONVKIT_BYTE_VECTORS

// A quad of 128 bits holds one row's pixels, and in the end one row's sums: rows, not outputs, fill the
// vector, so that every lane has the same weights and they are broadcast as they lie in the table. On an
// Intel Xeon at 2.1 GHz 1920 × 1080 RGB to 224 columns takes 0.6 ms.
constexpr int kQuads = sizeof(Bytes) / 16;
constexpr int kSplitRows = 2 * kQuads;

// Which byte of a quad goes to byte i: pairs of taps side by side for pairProducts, widened to 16 bits.
template <int kChannels>
constexpr char groupByte(int i, int from) {
  const int tap_in_pair = i / 2 % 2, word = i / 4;
  if (i % 2 == 1) return -1;
  if (kChannels == 1) return static_cast<char>(from + 2 * word + tap_in_pair);
  if (kChannels == 2) return static_cast<char>(from + (word % 2 * 2 + tap_in_pair) * 2 + word / 2);
  if (word >= kChannels) return -1;
  return static_cast<char>(from + tap_in_pair * kChannels + word);
}

template <int kChannels>
struct GroupPattern {
  char first[16], second[16];
  constexpr GroupPattern() : first(), second() {
    for (int i = 0; i < 16; ++i) {
      first[i] = groupByte<kChannels>(i, 0);
      second[i] = groupByte<kChannels>(i, weightsInGroup(kChannels) * kChannels);
    }
  }
};

template <int kChannels>
CONVKIT_INLINE Bytes groupWeights(const int16_t* weights) {
  if constexpr (kChannels == 1) return sameQuads(weights);
  if constexpr (kChannels == 2) {
    int64_t four;
    __builtin_memcpy(&four, weights, sizeof four);
    return sameDoubleWords(four);
  }
  int32_t two;
  __builtin_memcpy(&two, weights, sizeof two);
  return sameWords(two);
}

struct Sums {
  Bytes low[2], high[2];
};

// The products of one group of taps; returns where the next one's weights are.
template <int kChannels, bool kWide>
CONVKIT_INLINE const int16_t* addGroup(Sums& sums, const Bytes* pixels, Bytes pattern,
                                       const int16_t* weights) {
  constexpr int kGroup = weightsInGroup(kChannels);
  const Bytes low = groupWeights<kChannels>(weights);
#pragma GCC unroll 2
  for (int i = 0; i < 2; ++i) {
    const Bytes pairs = shuffleBytes(pixels[i], pattern);
    sums.low[i] = addWords(sums.low[i], pairProducts(pairs, low));
    if constexpr (!kWide) {
      const Bytes high = groupWeights<kChannels>(weights + kGroup);
      sums.high[i] = addWords(sums.high[i], pairProducts(pairs, high));
    }
  }
  return weights + (kWide ? kGroup : 2 * kGroup);
}

// Of each quad, its channels' sums in the first words.
template <int kChannels>
CONVKIT_INLINE Bytes acrossQuad(Bytes v) {
  if constexpr (kChannels == 1) {
    v = addWords(v, shuffleWords<0xb1>(v));
    v = addWords(v, shuffleWords<0x4e>(v));
  } else if constexpr (kChannels == 2) {
    v = shuffleWords<0x08>(addWords(v, shuffleWords<0xb1>(v)));
  }
  return v;
}

// Writes each row's values for one output; what is beyond its channels, the next output overwrites.
template <int kChannels, bool kWide>
CONVKIT_INLINE void storeSums(const Sums& sums, void* const* y, int64_t at) {
  if constexpr (kWide) {
    int32_t words[2 * kQuads][4];
    storeBytes(words[0], acrossQuad<kChannels>(sums.low[0]));
    storeBytes(words[kQuads], acrossQuad<kChannels>(sums.low[1]));
#pragma GCC unroll 8
    for (int r = 0; r < kSplitRows; ++r) {
      __builtin_memcpy(static_cast<int32_t*>(y[r]) + at, words[r], kChannels == 3 ? 16 : 4 * kChannels);
    }
  } else {
    Bytes whole[2];
#pragma GCC unroll 2
    for (int i = 0; i < 2; ++i) {
      const Bytes sum = addWords(sums.low[i], shiftWordsLeft<kHighShift>(sums.high[i]));
      whole[i] = shiftWordsRight<kWholeShift>(addWords(acrossQuad<kChannels>(sum), sameWords(kHalf)));
    }
    const Bytes halves = packWords(whole[0], whole[1]);
    uint8_t bytes[kQuads][16];
    storeBytes(bytes, packToBytes(halves, halves));
#pragma GCC unroll 8
    for (int r = 0; r < kSplitRows; ++r) {
      __builtin_memcpy(static_cast<uint8_t*>(y[r]) + at, bytes[r % kQuads] + r / kQuads * 4,
                       kChannels == 3 ? 4 : kChannels);
    }
  }
}

template <int kChannels, bool kWide>
CONVKIT_INLINE void acrossSomeRows(const AcrossBytesArgs& args, int row) {
  constexpr int kGroupBytes = weightsInGroup(kChannels) * kChannels;
  static constexpr GroupPattern<kChannels> kPattern;
  const Bytes first = sameQuads(kPattern.first), second = sameQuads(kPattern.second);
  const uint8_t* rows = args.x + row * args.x_stride;
  const int64_t stride = args.x_stride;
  for (int64_t o = 0; o < args.outputs; ++o) {
    const uint8_t* x = rows + args.spans[2 * o];
    const int64_t groups = args.spans[2 * o + 1];
    const int16_t* weights = args.weights + o * args.weights_stride;
    Sums sums{};
    for (int64_t g = 0; g < groups; g += 2, x += 2 * kGroupBytes) {
      const Bytes pixels[2] = {loadQuads(x, stride), loadQuads(x + kQuads * stride, stride)};
      weights = addGroup<kChannels, kWide>(sums, pixels, first, weights);
      if (g + 1 < groups) weights = addGroup<kChannels, kWide>(sums, pixels, second, weights);
    }
    storeSums<kChannels, kWide>(sums, args.y + row, o * kChannels);
  }
}

template <int kChannels, bool kWide>
void acrossBytes(const AcrossBytesArgs& args) {
  for (int row = 0; row < kResizeRows; row += kSplitRows) acrossSomeRows<kChannels, kWide>(args, row);
}

#else

CONVKIT_INLINE uint8_t wholeByte(uint32_t sum) {
  const int32_t whole = static_cast<int32_t>(sum + kHalf) >> kWholeShift;
  return static_cast<uint8_t>(whole < 0 ? 0 : whole > 255 ? 255 : whole);
}

template <int kChannels, bool kWide>
void acrossBytes(const AcrossBytesArgs& args) {
  constexpr int kGroup = weightsInGroup(kChannels);
  for (int row = 0; row < kResizeRows; ++row) {
    for (int64_t o = 0; o < args.outputs; ++o) {
      const uint8_t* x = args.x + row * args.x_stride + args.spans[2 * o];
      const int16_t* weights = args.weights + o * args.weights_stride;
      int32_t low[kChannels] = {}, high[kChannels] = {};
      for (int64_t g = args.spans[2 * o + 1]; g > 0; --g) {
        for (int t = 0; t < kGroup; ++t, x += kChannels) {
          for (int c = 0; c < kChannels; ++c) {
            low[c] += weights[t] * x[c];
            if constexpr (!kWide) high[c] += weights[kGroup + t] * x[c];
          }
        }
        weights += kWide ? kGroup : 2 * kGroup;
      }
      for (int c = 0; c < kChannels; ++c) {
        if constexpr (kWide) {
          static_cast<int32_t*>(args.y[row])[o * kChannels + c] = low[c];
        } else {
          const uint32_t sum = static_cast<uint32_t>(low[c]) + (static_cast<uint32_t>(high[c]) << kHighShift);
          static_cast<uint8_t*>(args.y[row])[o * kChannels + c] = wholeByte(sum);
        }
      }
    }
  }
}

#endif

}  // namespace
}  // namespace convkit
