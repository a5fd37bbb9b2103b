#include "kernels/reduce/generic.h"

namespace convkit {
namespace neon {
extern const ReduceKernels kReduceKernels;
const ReduceKernels kReduceKernels = CONVKIT_REDUCE_TABLE;
}  // namespace neon
}  // namespace convkit
