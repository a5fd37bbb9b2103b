#include "kernels/depthwise/generic.h"

namespace convkit {
namespace avx512 {
extern const DepthwiseKernels kDepthwiseKernels;
const DepthwiseKernels kDepthwiseKernels = CONVKIT_DEPTHWISE_TABLE;
}  // namespace avx512
}  // namespace convkit
