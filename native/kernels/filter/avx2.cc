#include "kernels/filter/generic.h"

namespace convkit {
namespace avx2 {
extern const FilterKernels kFilterKernels;
const FilterKernels kFilterKernels = CONVKIT_FILTER_TABLE;
}  // namespace avx2
}  // namespace convkit
