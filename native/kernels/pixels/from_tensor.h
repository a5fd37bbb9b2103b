// float32 values to pixels.

#include "kernels/pixels/pixels.h"
#include "simd/saturated.h"

namespace convkit {
namespace {

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
