// The transform of the weights. Part of generic.h.

#pragma once

#include "kernels/winograd/points.h"
#include "kernels/winograd/winograd.h"

namespace convkit {
namespace {

// In single precision a vector at a time; in double precision half of one, whose values fill a vector.
struct InSingle {
  using Number = Vec;
  static constexpr int kCount = kLanes;
  CONVKIT_INLINE Number read(const float* p) { return load(p); }
  CONVKIT_INLINE void write(float* p, Number v) { store(p, v); }
};

struct InDouble {
  static constexpr int kCount = kLanes / 2;
  typedef float Half __attribute__((vector_size(kCount * 4)));
  typedef double Number __attribute__((vector_size(kCount * 8)));
  CONVKIT_INLINE Number read(const float* p) {
    Half half;
    __builtin_memcpy(&half, p, sizeof(half));
    return __builtin_convertvector(half, Number);
  }
  CONVKIT_INLINE void write(float* p, Number v) {
    const Half half = __builtin_convertvector(v, Half);
    __builtin_memcpy(p, &half, sizeof(half));
  }
};

// Some lanes of one kernel, whose elements are kLanes apart.
template <class F, class Precision>
CONVKIT_INLINE void transformKernels(const float* g, float* out, int64_t element_stride) {
  using Number = typename Precision::Number;
  constexpr int kPatch = F::kPatch;
  Number rows[3][kPatch];
#pragma GCC unroll 3
  for (int h = 0; h < 3; ++h) {
    const Number row[3] = {Precision::read(g + 3 * h * kLanes), Precision::read(g + (3 * h + 1) * kLanes),
                           Precision::read(g + (3 * h + 2) * kLanes)};
    F::weights(row, rows[h]);
  }
#pragma GCC unroll 6
  for (int w = 0; w < kPatch; ++w) {
    const Number column[3] = {rows[0][w], rows[1][w], rows[2][w]};
    Number t[kPatch];
    F::weights(column, t);
#pragma GCC unroll 6
    for (int h = 0; h < kPatch; ++h) Precision::write(out + (h * kPatch + w) * element_stride, t[h]);
  }
}

// Four input channels are nine fours of floats.
template <class F, class Precision>
void transformWeights(const WinogradWeightArgs& args) {
  float lanes[36 * kLanes];
  float copies[36 * kLanes] = {};
  for (int64_t c = 0; c < args.channels; c += 4) {
    const int channels = static_cast<int>(args.channels - c < 4 ? args.channels - c : 4);
    const float* weight = args.weight + 9 * c;
    int64_t stride = args.weight_stride;
    if (channels < 4 || args.lanes < kLanes) {
      for (int l = 0; l < args.lanes; ++l) {
        __builtin_memcpy(copies + l * 36, weight + l * stride, 9 * channels * sizeof(float));
      }
      weight = copies;
      stride = 36;
    }
    for (int q = 0; q < 9; ++q) {
      Vec v[4];
      loadColumns(weight + 4 * q, stride, v);
#pragma GCC unroll 4
      for (int i = 0; i < 4; ++i) store(lanes + (4 * q + i) * kLanes, v[i]);
    }
    for (int i = 0; i < channels; ++i) {
      float* out = args.out + (c + i) * args.channel_stride;
      for (int l = 0; l < kLanes; l += Precision::kCount) {
        transformKernels<F, Precision>(lanes + 9 * i * kLanes + l, out + l, args.element_stride);
      }
    }
  }
}

}  // namespace
}  // namespace convkit
