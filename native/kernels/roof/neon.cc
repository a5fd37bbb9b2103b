#include "kernels/roof/generic.h"

namespace convkit {
namespace neon {
extern const RoofKernels kRoofKernels;
const RoofKernels kRoofKernels = CONVKIT_ROOF_TABLE;
}  // namespace neon
}  // namespace convkit
