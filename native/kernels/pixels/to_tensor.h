// Pixels to float32 values.

#include "kernels/pixels/pixels.h"
#include "simd/vec.h"

namespace convkit {
namespace {

template <class T>
CONVKIT_INLINE void toTensorRange(const ToTensorArgs& args, int64_t first, int64_t end) {
  for (int c = 0; c < args.channels; ++c) {
    const T* x = static_cast<const T*>(args.x) + args.source[c];
    const float scale = args.scale[c], offset = args.offset[c];
    float* y = args.y[c] + (args.reversed ? (args.pixels - 1) * args.y_stride : 0);
    const int64_t step = args.reversed ? -args.y_stride : args.y_stride;
    for (int64_t i = first; i < end; ++i) {
      y[i * step] = static_cast<float>(x[i * args.pixel_stride]) * scale + offset;
    }
  }
}

template <class T>
void toTensor(const ToTensorArgs& args) {
  toTensorRange<T>(args, 0, args.pixels);
}

// Of a vector's lanes each gets the bytes of one pixel, the first lowest; what lies above them is
// unspecified. May read a vector of four-byte pixels.
#if defined(__AVX512F__)

CONVKIT_INLINE IntVec spreadTriples(const uint8_t* p) {
  const auto quad = [&](int i) { return _mm_loadu_si128((const __m128i*)(p + 12 * i)); };
  __m512i v = _mm512_castsi128_si512(quad(0));
  v = _mm512_maskz_inserti32x4(kAllLanes, v, quad(1), 1);
  v = _mm512_maskz_inserti32x4(kAllLanes, v, quad(2), 2);
  v = _mm512_maskz_inserti32x4(kAllLanes, v, quad(3), 3);
  const __m128i triples = _mm_setr_epi8(0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1);
  return (IntVec)_mm512_shuffle_epi8(v, _mm512_maskz_broadcast_i32x4(kAllLanes, triples));
}
CONVKIT_INLINE IntVec loadWords(const uint8_t* p) { return (IntVec)_mm512_loadu_si512(p); }
CONVKIT_INLINE IntVec loadBytes(const uint8_t* p) {
  return (IntVec)_mm512_maskz_cvtepu8_epi32(kAllLanes, _mm_loadu_si128((const __m128i*)p));
}
CONVKIT_INLINE Vec toFloats(IntVec v) { return (Vec)_mm512_maskz_cvtepi32_ps(kAllLanes, (__m512i)v); }
CONVKIT_INLINE Vec reverseLanes(Vec v) {
  const __m512i which = _mm512_setr_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  return (Vec)_mm512_maskz_permutexvar_ps(kAllLanes, which, (__m512)v);
}

#elif defined(__AVX2__)

CONVKIT_INLINE IntVec spreadTriples(const uint8_t* p) {
  const __m128i low = _mm_loadu_si128((const __m128i*)p);
  const __m128i high = _mm_loadu_si128((const __m128i*)(p + 12));
  const __m128i triples = _mm_setr_epi8(0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1);
  const __m256i v = _mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1);
  return (IntVec)_mm256_shuffle_epi8(v, _mm256_broadcastsi128_si256(triples));
}
CONVKIT_INLINE IntVec loadWords(const uint8_t* p) { return (IntVec)_mm256_loadu_si256((const __m256i*)p); }
CONVKIT_INLINE IntVec loadBytes(const uint8_t* p) {
  return (IntVec)_mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i*)p));
}
CONVKIT_INLINE Vec toFloats(IntVec v) { return (Vec)_mm256_cvtepi32_ps((__m256i)v); }
CONVKIT_INLINE Vec reverseLanes(Vec v) {
  return (Vec)_mm256_permutevar8x32_ps((__m256)v, _mm256_setr_epi32(7, 6, 5, 4, 3, 2, 1, 0));
}

#else

CONVKIT_INLINE int32_t wordAt(const uint8_t* p) {
  int32_t word;
  __builtin_memcpy(&word, p, sizeof word);
  return word;
}
CONVKIT_INLINE IntVec spreadTriples(const uint8_t* p) {
  return (IntVec){wordAt(p), wordAt(p + 3), wordAt(p + 6), wordAt(p + 9)};
}
CONVKIT_INLINE IntVec loadWords(const uint8_t* p) {
  return (IntVec){wordAt(p), wordAt(p + 4), wordAt(p + 8), wordAt(p + 12)};
}
CONVKIT_INLINE IntVec loadBytes(const uint8_t* p) { return (IntVec){p[0], p[1], p[2], p[3]}; }
CONVKIT_INLINE Vec toFloats(IntVec v) { return __builtin_convertvector(v, Vec); }
CONVKIT_INLINE Vec reverseLanes(Vec v) { return (Vec){v[3], v[2], v[1], v[0]}; }

#endif

template <int kStride>
CONVKIT_INLINE IntVec loadPixels(const uint8_t* p) {
  if constexpr (kStride == 1) return loadBytes(p);
  if constexpr (kStride == 3) return spreadTriples(p);
  return loadWords(p);
}

enum class Write { kStored, kStreamed, kReversed };

template <Write kWrite>
CONVKIT_INLINE void write(float* y, int64_t pixels, int64_t at, Vec v) {
  if constexpr (kWrite == Write::kReversed) {
    store(y + pixels - at - kLanes, reverseLanes(v));
  } else if constexpr (kWrite == Write::kStreamed) {
    stream(y + at, v);
  } else {
    store(y + at, v);
  }
}

// Bytes to planes, a vector of pixels at a time.
template <int kStride, int kChannels, Write kWrite>
CONVKIT_INLINE void bytesToPlanes(const ToTensorArgs& args) {
  const uint8_t* x = static_cast<const uint8_t*>(args.x);
  // So that the last vector's loads end where the pixels do.
  constexpr int64_t kBeyond = kStride == 3 ? 2 : 0;
  const int64_t end = args.pixels - kBeyond;
  int64_t i = 0;
  for (; i + kLanes <= end; i += kLanes) {
    const IntVec pixels = loadPixels<kStride>(x + i * kStride);
#pragma GCC unroll 4
    for (int c = 0; c < kChannels; ++c) {
      const IntVec value = (pixels >> (8 * args.source[c])) & 255;
      const Vec v = toFloats(value) * broadcast(args.scale[c]) + broadcast(args.offset[c]);
      write<kWrite>(args.y[c], args.pixels, i, v);
    }
  }
  toTensorRange<uint8_t>(args, i, args.pixels);
}

template <int kStride, int kChannels>
CONVKIT_INLINE void bytesToPlanes(const ToTensorArgs& args) {
  if (args.reversed) return bytesToPlanes<kStride, kChannels, Write::kReversed>(args);
  if (args.stream) return bytesToPlanes<kStride, kChannels, Write::kStreamed>(args);
  bytesToPlanes<kStride, kChannels, Write::kStored>(args);
}

void toTensorBytes(const ToTensorArgs& args) {
  if (args.y_stride == 1) {
    if (args.pixel_stride == 1 && args.channels == 1) return bytesToPlanes<1, 1>(args);
    if (args.pixel_stride == 3 && args.channels == 3) return bytesToPlanes<3, 3>(args);
    if (args.pixel_stride == 4 && args.channels == 3) return bytesToPlanes<4, 3>(args);
    if (args.pixel_stride == 4 && args.channels == 4) return bytesToPlanes<4, 4>(args);
  }
  toTensorRange<uint8_t>(args, 0, args.pixels);
}

}  // namespace
}  // namespace convkit
