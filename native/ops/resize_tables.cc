#include "ops/resize_tables.h"

namespace convkit {

void packAcross(const ImageResizeGeometry& geometry, const int32_t* bounds, const float* weights,
                int32_t* packed) {
  const AcrossPacking packing(geometry);
  const int64_t taps = geometry.taps_across, group = packing.group;
  int16_t* y = reinterpret_cast<int16_t*>(packed + 2 * packing.outputs);
  for (int64_t o = 0; o < packing.outputs; ++o) {
    const TapSpan span = tapSpan(bounds, o, taps, geometry.input.width);
    packed[2 * o] = static_cast<int32_t>(span.first * geometry.input.channels);
    packed[2 * o + 1] = static_cast<int32_t>((span.count + group - 1) / group);
    int16_t* at = y + o * packing.weights_stride;
    std::fill_n(at, packing.weights_stride, int16_t{0});
    for (int64_t t = 0; t < span.count; ++t) {
      const float weight = weights[o * taps + t];
      if (packing.wide) {
        at[t] = static_cast<int16_t>(wholeWeight(weight, kMostShortWeight));
      } else {
        const SplitWeight split = splitWeight(weight);
        at[t / group * 2 * group + t % group] = split.low;
        at[t / group * 2 * group + group + t % group] = split.high;
      }
    }
  }
}

}  // namespace convkit
