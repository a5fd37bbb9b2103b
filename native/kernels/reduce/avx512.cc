#include "kernels/reduce/generic.h"

namespace convkit {
namespace avx512 {
extern const ReduceKernels kReduceKernels;
const ReduceKernels kReduceKernels = CONVKIT_REDUCE_TABLE;
}  // namespace avx512
}  // namespace convkit
