#include "kernels/sums/generic.h"

namespace convkit {
namespace avx2 {
extern const SumKernels kSumKernels;
const SumKernels kSumKernels = CONVKIT_SUM_TABLE;
}  // namespace avx2
}  // namespace convkit
