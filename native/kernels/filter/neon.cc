#include "kernels/filter/generic.h"

namespace convkit {
namespace neon {
extern const FilterKernels kFilterKernels;
const FilterKernels kFilterKernels = CONVKIT_FILTER_TABLE;
}  // namespace neon
}  // namespace convkit
