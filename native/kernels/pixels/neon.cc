#include "kernels/pixels/generic.h"

namespace convkit {
namespace neon {
extern const PixelKernels kPixelKernels;
const PixelKernels kPixelKernels = CONVKIT_PIXEL_TABLE;
}  // namespace neon
}  // namespace convkit
