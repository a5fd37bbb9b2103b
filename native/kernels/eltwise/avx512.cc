#include "kernels/eltwise/generic.h"

namespace convkit {
namespace avx512 {
extern const EltwiseKernels kEltwiseKernels;
const EltwiseKernels kEltwiseKernels = CONVKIT_ELTWISE_TABLE;
}  // namespace avx512
}  // namespace convkit
