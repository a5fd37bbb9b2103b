#include "kernels/reduce/generic.h"

namespace convkit {
namespace avx2 {
extern const ReduceKernels kReduceKernels;
const ReduceKernels kReduceKernels = CONVKIT_REDUCE_TABLE;
}  // namespace avx2
}  // namespace convkit
