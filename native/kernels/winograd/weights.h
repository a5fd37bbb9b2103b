// The transform of the weights. Part of generic.h.

#pragma once

#include "kernels/winograd/points.h"
#include "kernels/winograd/winograd.h"

namespace convkit {
namespace {

// One kernel of each lane, whose elements are kLanes apart.
template <class F>
CONVKIT_INLINE void transformKernels(const float* g, float* out, int64_t element_stride) {
  constexpr int kPatch = F::kPatch;
  Vec rows[3][kPatch];
#pragma GCC unroll 3
  for (int h = 0; h < 3; ++h) {
    const Vec row[3] = {load(g + 3 * h * kLanes), load(g + (3 * h + 1) * kLanes),
                        load(g + (3 * h + 2) * kLanes)};
    F::weights(row, rows[h]);
  }
#pragma GCC unroll 6
  for (int w = 0; w < kPatch; ++w) {
    const Vec column[3] = {rows[0][w], rows[1][w], rows[2][w]};
    Vec t[kPatch];
    F::weights(column, t);
#pragma GCC unroll 6
    for (int h = 0; h < kPatch; ++h) store(out + (h * kPatch + w) * element_stride, t[h]);
  }
}

// Four input channels are nine fours of floats.
constexpr int kQuad = 4;

// The raw kernels of kQuad or fewer input channels, crosswise: float i of lane l to kernels[i · kLanes + l].
CONVKIT_INLINE void gatherKernels(const float* weight, int64_t stride, int channels, int lanes,
                                  float* kernels) {
  alignas(64) float copies[9 * kQuad * kLanes];
  if (channels < kQuad || lanes < kLanes) {
    __builtin_memset(copies, 0, sizeof(copies));
    for (int l = 0; l < lanes; ++l) {
      __builtin_memcpy(copies + l * 9 * kQuad, weight + l * stride, 9 * channels * sizeof(float));
    }
    weight = copies;
    stride = 9 * kQuad;
  }
#pragma GCC unroll 9
  for (int q = 0; q < 9; ++q) {
    Vec v[4];
    loadColumns(weight + 4 * q, stride, v);
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) store(kernels + (4 * q + i) * kLanes, v[i]);
  }
}

template <class F>
void transformWeights(const WinogradWeightArgs& args) {
  alignas(64) float kernels[9 * kQuad * kLanes];
  for (int first = 0; first < args.lanes; first += kLanes) {
    const int lanes = args.lanes - first < kLanes ? args.lanes - first : kLanes;
    for (int64_t c = 0; c < args.channels; c += kQuad) {
      const int channels = static_cast<int>(args.channels - c < kQuad ? args.channels - c : kQuad);
      const float* weight = args.weight + first * args.weight_stride + 9 * c;
      gatherKernels(weight, args.weight_stride, channels, lanes, kernels);
      for (int i = 0; i < channels; ++i) {
        transformKernels<F>(kernels + 9 * i * kLanes, args.out + (c + i) * args.channel_stride + first,
                            args.element_stride);
      }
    }
  }
}

template <class F>
void expandWeights(const WinogradExpandArgs& args) {
  const float* kernels = args.kernels;
  for (int64_t c = 0; c < args.channels; ++c) {
    float* out = args.out + c * args.channel_stride;
    for (int32_t v = 0; v < args.vectors; ++v) {
      transformKernels<F>(kernels, out + v * kLanes, args.element_stride);
      kernels += 9 * kLanes;
    }
  }
}

}  // namespace
}  // namespace convkit
