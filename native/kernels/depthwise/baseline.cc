#include "kernels/depthwise/generic.h"

namespace convkit {
namespace baseline {
extern const DepthwiseKernels kDepthwiseKernels;
const DepthwiseKernels kDepthwiseKernels = CONVKIT_DEPTHWISE_TABLE;
}  // namespace baseline
}  // namespace convkit
