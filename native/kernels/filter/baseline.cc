#include "kernels/filter/generic.h"

namespace convkit {
namespace baseline {
extern const FilterKernels kFilterKernels;
const FilterKernels kFilterKernels = CONVKIT_FILTER_TABLE;
}  // namespace baseline
}  // namespace convkit
