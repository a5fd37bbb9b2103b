#include "kernels/sums/generic.h"

namespace convkit {
namespace avx512 {
extern const SumKernels kSumKernels;
const SumKernels kSumKernels = CONVKIT_SUM_TABLE;
}  // namespace avx512
}  // namespace convkit
