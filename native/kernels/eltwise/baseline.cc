#include "kernels/eltwise/generic.h"

namespace convkit {
namespace baseline {
extern const EltwiseKernels kEltwiseKernels;
const EltwiseKernels kEltwiseKernels = CONVKIT_ELTWISE_TABLE;
}  // namespace baseline
}  // namespace convkit
