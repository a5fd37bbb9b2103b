#include "kernels/pixels/generic.h"

namespace convkit {
namespace avx512 {
extern const PixelKernels kPixelKernels;
const PixelKernels kPixelKernels = CONVKIT_PIXEL_TABLE;
}  // namespace avx512
}  // namespace convkit
