#include "kernels/sums/generic.h"

namespace convkit {
namespace baseline {
extern const SumKernels kSumKernels;
const SumKernels kSumKernels = CONVKIT_SUM_TABLE;
}  // namespace baseline
}  // namespace convkit
