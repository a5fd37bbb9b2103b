#include "kernels/depthwise/generic.h"

namespace convkit {
namespace neon {
extern const DepthwiseKernels kDepthwiseKernels;
const DepthwiseKernels kDepthwiseKernels = CONVKIT_DEPTHWISE_TABLE;
}  // namespace neon
}  // namespace convkit
