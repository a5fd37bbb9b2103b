#include "kernels/image_resize/generic.h"

namespace convkit {
namespace avx512 {
extern const ImageResizeKernels kImageResizeKernels;
const ImageResizeKernels kImageResizeKernels = CONVKIT_IMAGE_RESIZE_TABLE;
}  // namespace avx512
}  // namespace convkit
