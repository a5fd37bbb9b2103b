#include "kernels/sums/generic.h"

namespace convkit {
namespace neon {
extern const SumKernels kSumKernels;
const SumKernels kSumKernels = CONVKIT_SUM_TABLE;
}  // namespace neon
}  // namespace convkit
