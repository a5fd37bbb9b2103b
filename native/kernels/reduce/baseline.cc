#include "kernels/reduce/generic.h"

namespace convkit {
namespace baseline {
extern const ReduceKernels kReduceKernels;
const ReduceKernels kReduceKernels = CONVKIT_REDUCE_TABLE;
}  // namespace baseline
}  // namespace convkit
