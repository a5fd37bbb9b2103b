#include "kernels/roof/generic.h"

namespace convkit {
namespace baseline {
extern const RoofKernels kRoofKernels;
const RoofKernels kRoofKernels = CONVKIT_ROOF_TABLE;
}  // namespace baseline
}  // namespace convkit
