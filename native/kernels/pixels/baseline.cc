#include "kernels/pixels/generic.h"

namespace convkit {
namespace baseline {
extern const PixelKernels kPixelKernels;
const PixelKernels kPixelKernels = CONVKIT_PIXEL_TABLE;
}  // namespace baseline
}  // namespace convkit
