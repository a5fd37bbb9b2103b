#include "kernels/roof/generic.h"

namespace convkit {
namespace avx2 {
extern const RoofKernels kRoofKernels;
const RoofKernels kRoofKernels = CONVKIT_ROOF_TABLE;
}  // namespace avx2
}  // namespace convkit
