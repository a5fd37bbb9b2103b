#include "kernels/pixels/generic.h"

namespace convkit {
namespace avx2 {
extern const PixelKernels kPixelKernels;
const PixelKernels kPixelKernels = CONVKIT_PIXEL_TABLE;
}  // namespace avx2
}  // namespace convkit
