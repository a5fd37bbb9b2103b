// float32 values to pixels.

#include "kernels/pixels/pixels.h"
#include "simd/vec.h"

namespace convkit {
namespace {

// Adding it leaves no bits for a fraction: the sum is rounded to a whole number, halves to even.
constexpr float kWhole = 12582912.0f;

template <class T>
CONVKIT_INLINE T saturated(float v) {
  if constexpr (sizeof(T) == sizeof(float)) {
    return v;
  } else {
    constexpr float kMost = sizeof(T) == 1 ? 255.0f : 65535.0f;
    // Comparisons with NaN are false.
    const float above = v > 0.0f ? v : 0.0f;
    const float within = above < kMost ? above : kMost;
    return static_cast<T>(static_cast<int32_t>((within + kWhole) - kWhole));
  }
}

template <class T>
void fromTensor(const FromTensorArgs& args) {
  for (int c = 0; c < args.channels; ++c) {
    const float* x = args.x[c];
    const float scale = args.scale[c], offset = args.offset[c];
    T* y = static_cast<T*>(args.y) + c;
    for (int64_t i = 0; i < args.pixels; ++i) {
      y[i * args.channels] = saturated<T>(x[i * args.x_stride] * scale + offset);
    }
  }
}

}  // namespace
}  // namespace convkit
