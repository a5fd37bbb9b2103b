#include "kernels/eltwise/generic.h"

namespace convkit {
namespace avx2 {
extern const EltwiseKernels kEltwiseKernels;
const EltwiseKernels kEltwiseKernels = CONVKIT_ELTWISE_TABLE;
}  // namespace avx2
}  // namespace convkit
