#include "kernels/depthwise/generic.h"

namespace convkit {
namespace avx2 {
extern const DepthwiseKernels kDepthwiseKernels;
const DepthwiseKernels kDepthwiseKernels = CONVKIT_DEPTHWISE_TABLE;
}  // namespace avx2
}  // namespace convkit
