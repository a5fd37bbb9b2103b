#include "kernels/image_resize/generic.h"

namespace convkit {
namespace neon {
extern const ImageResizeKernels kImageResizeKernels;
const ImageResizeKernels kImageResizeKernels = CONVKIT_IMAGE_RESIZE_TABLE;
}  // namespace neon
}  // namespace convkit
