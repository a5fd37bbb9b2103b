#include "kernels/image_resize/generic.h"

namespace convkit {
namespace avx2 {
extern const ImageResizeKernels kImageResizeKernels;
const ImageResizeKernels kImageResizeKernels = CONVKIT_IMAGE_RESIZE_TABLE;
}  // namespace avx2
}  // namespace convkit
