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
template <class F>
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
      transformKernels<F>(lanes + 9 * i * kLanes, args.out + (c + i) * args.channel_stride,
                          args.element_stride);
    }
  }
}

}  // namespace
}  // namespace convkit
