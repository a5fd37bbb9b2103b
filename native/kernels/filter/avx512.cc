#include "kernels/filter/generic.h"

namespace convkit {
namespace avx512 {
extern const FilterKernels kFilterKernels;
const FilterKernels kFilterKernels = CONVKIT_FILTER_TABLE;
}  // namespace avx512
}  // namespace convkit
