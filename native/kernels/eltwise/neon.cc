#include "kernels/eltwise/generic.h"

namespace convkit {
namespace neon {
extern const EltwiseKernels kEltwiseKernels;
const EltwiseKernels kEltwiseKernels = CONVKIT_ELTWISE_TABLE;
}  // namespace neon
}  // namespace convkit
