// The templates of the `fft` family, included once by each thin per-ISA file.

#include "kernels/fft/inverse.h"
#include "kernels/product/product.h"
#include "simd/totals.h"

namespace convkit {
namespace {

// Registers decide: sums, the tiles of an input channel and one weight must not exceed the file.
constexpr int kFftTiles = 2;
#if defined(__AVX512F__) || defined(__aarch64__)
constexpr int kFftOutputs = 4;
#else
constexpr int kFftOutputs = 2;
#endif

// What one register tile multiplies: `x` has each tile's first piece.
struct FftSpectra {
  const float* x[kFftTiles];
  const float* w;
  float* y[kFftTiles];
  // The next block's weights, fetched to the second-level cache meanwhile: so many cache lines a term.
  const float* next;
  int lines;
};

constexpr int64_t kLineFloats = 16;

// Terms of a partial sum: each has two products.
constexpr int32_t kFftTerms = 128;

// The sums so far to `to`; they begin anew.
template <int kTiles, int kOutputs>
CONVKIT_INLINE void putSpectra(Vec (&re)[kTiles][kOutputs], Vec (&im)[kTiles][kOutputs], float* to) {
#pragma GCC unroll 4
  for (int t = 0; t < kTiles; ++t) {
#pragma GCC unroll 8
    for (int o = 0; o < kOutputs; ++o, to += 2 * kLanes) {
      store(to, re[t][o]);
      store(to + kLanes, im[t][o]);
      re[t][o] = im[t][o] = Vec{};
    }
  }
}

template <int kTiles, int kOutputs>
CONVKIT_INLINE void multiplySpectra(const FftProductArgs& args, const FftSpectra& spectra) {
  Vec re[kTiles][kOutputs] = {}, im[kTiles][kOutputs] = {};
  const float *w = spectra.w, *next = spectra.next;
  const int lines = spectra.lines;
  const int64_t tile_stride = int64_t{args.in_channels} * 2 * kLanes;
  constexpr int kFloats = kTiles * kOutputs * 2 * kLanes;
  Totals<kFloats> totals(int64_t{args.piece_count} * args.in_channels * 2 > kLongestPlainTotal);
  alignas(64) float partial[kFloats];
  int32_t left = kFftTerms;
  for (int32_t piece = 0; piece < args.piece_count; ++piece) {
    const float* x[kTiles];
#pragma GCC unroll 4
    for (int t = 0; t < kTiles; ++t) x[t] = spectra.x[t] + args.pieces[piece] * tile_stride;
    for (int32_t ic = 0; ic < args.in_channels;) {
      if (left == 0) {
        putSpectra(re, im, partial);
        totals.add(partial);
        left = kFftTerms;
      }
      const int32_t end = left < args.in_channels - ic ? ic + left : args.in_channels;
      left -= end - ic;
      for (; ic < end; ++ic) {
        Vec xr[kTiles], xi[kTiles];
#pragma GCC unroll 4
        for (int t = 0; t < kTiles; ++t) {
          xr[t] = load(x[t]);
          xi[t] = load(x[t] + kLanes);
          x[t] += 2 * kLanes;
        }
#pragma GCC unroll 8
        for (int o = 0; o < kOutputs; ++o) {
          const Vec wr = load(w + 2 * o * kLanes), wi = load(w + (2 * o + 1) * kLanes);
#pragma GCC unroll 4
          for (int t = 0; t < kTiles; ++t) {
            re[t][o] = fma(xr[t], wr, re[t][o]);
            im[t][o] = fma(xi[t], wr, im[t][o]);
            re[t][o] = fma(xi[t], wi, re[t][o]);
            im[t][o] = fnma(xr[t], wi, im[t][o]);
          }
        }
        w += 2 * kOutputs * kLanes;
        for (int line = 0; line < lines; ++line, next += kLineFloats) __builtin_prefetch(next, 0, 2);
      }
    }
  }
  const float* sums = nullptr;
  if (totals.begun()) {
    putSpectra(re, im, partial);
    totals.add(partial);
    sums = totals.finish();
  }
#pragma GCC unroll 4
  for (int t = 0; t < kTiles; ++t) {
#pragma GCC unroll 8
    for (int o = 0; o < kOutputs; ++o) {
      const float* from = sums + (t * kOutputs + o) * 2 * kLanes;
      store(spectra.y[t] + 2 * o * kLanes, sums ? load(from) : re[t][o]);
      store(spectra.y[t] + (2 * o + 1) * kLanes, sums ? load(from + kLanes) : im[t][o]);
    }
  }
}

// One vector of frequencies and one block of output channels, all tiles. Each register tile fetches its share
// of the weights after these: without it 64 to 64 channels of 7×7 on 56² take 1.42 ms instead of 1.25.
template <int kOutputs>
__attribute__((noinline, unused)) static void multiplyTiles(const FftProductArgs& args, const float* x,
                                                            const float* w, float* y) {
  const int64_t x_stride = int64_t{args.in_channels} * 2 * kLanes;
  const int64_t y_stride = int64_t{args.out_channels} * 2 * kLanes;
  const int64_t terms = int64_t{args.piece_count} * args.in_channels;
  const int64_t block_lines = (2 * kOutputs * kLanes + kLineFloats - 1) / kLineFloats;
  const int64_t turns = (args.tiles + kFftTiles - 1) / kFftTiles;
  const int64_t share = (block_lines + turns - 1) / turns;
  int64_t ahead = 0;
  FftSpectra spectra;
  spectra.w = w;
  auto fetch_share = [&]() __attribute__((always_inline)) {
    spectra.next = w + terms * 2 * kOutputs * kLanes + ahead * terms * kLineFloats;
    spectra.lines = static_cast<int>(ahead < block_lines ? share : 0);
    ahead += share;
  };
  int32_t t = 0;
  for (; t + kFftTiles <= args.tiles; t += kFftTiles) {
#pragma GCC unroll 4
    for (int i = 0; i < kFftTiles; ++i) {
      spectra.x[i] = x + args.x_tiles[t + i] * x_stride;
      spectra.y[i] = y + (t + i) * y_stride;
    }
    fetch_share();
    multiplySpectra<kFftTiles, kOutputs>(args, spectra);
  }
  for (; t < args.tiles; ++t) {
    spectra.x[0] = x + args.x_tiles[t] * x_stride;
    spectra.y[0] = y + t * y_stride;
    fetch_share();
    multiplySpectra<1, kOutputs>(args, spectra);
  }
}

// Sums of one term, as depthwise convolutions have: nothing to keep in registers, and a call for each vector
// of frequencies would cost more than its product.
__attribute__((noinline, unused)) static void multiplySingly(const FftProductArgs& args) {
  for (int64_t v = args.first_vector; v < args.first_vector + args.vectors; ++v) {
    for (int64_t t = 0; t < args.tiles; ++t) {
      const float* x = args.x + v * args.x_vector_stride + (args.x_tiles[t] + args.pieces[0]) * 2 * kLanes;
      const float* w = args.w + v * args.w_vector_stride + args.first_output * 2 * kLanes;
      float* y = args.y + v * args.y_vector_stride + (t * args.out_channels + args.first_output) * 2 * kLanes;
      const Vec xr = load(x), xi = load(x + kLanes);
      for (int32_t o = 0; o < args.outputs; ++o, w += 2 * kLanes, y += 2 * kLanes) {
        const Vec wr = load(w), wi = load(w + kLanes);
        store(y, fma(xi, wi, xr * wr));
        store(y + kLanes, fnma(xr, wi, xi * wr));
      }
    }
  }
}

CONVKIT_INLINE void multiplyBlock(const FftProductArgs& args, int32_t outputs, const float* x, const float* w,
                                  float* y) {
  switch (outputs) {
    case 1:
      return multiplyTiles<1>(args, x, w, y);
    case 2:
      return multiplyTiles<2>(args, x, w, y);
#if defined(__AVX512F__) || defined(__aarch64__)
    case 3:
      return multiplyTiles<3>(args, x, w, y);
    default:
      return multiplyTiles<4>(args, x, w, y);
#endif
  }
}

void fftProduct(const FftProductArgs& args) {
  if (args.in_channels == 1 && args.piece_count == 1) return multiplySingly(args);
  const int64_t terms = int64_t{args.piece_count} * args.in_channels * 2 * kLanes;
  const int32_t end = args.first_output + args.outputs;
  for (int64_t v = args.first_vector; v < args.first_vector + args.vectors; ++v) {
    for (int32_t o = args.first_output; o < end; o += kFftOutputs) {
      multiplyBlock(args, end - o < kFftOutputs ? end - o : kFftOutputs, args.x + v * args.x_vector_stride,
                    args.w + v * args.w_vector_stride + o * terms,
                    args.y + v * args.y_vector_stride + o * 2 * kLanes);
    }
  }
}

#define CONVKIT_FFT_TABLE \
  { kLanes, kFftOutputs, kFftTiles, fftForward, fftInverse, fftProduct }

}  // namespace
}  // namespace convkit
