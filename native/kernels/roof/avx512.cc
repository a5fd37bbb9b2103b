#include "kernels/roof/generic.h"

namespace convkit {
namespace avx512 {
extern const RoofKernels kRoofKernels;
const RoofKernels kRoofKernels = CONVKIT_ROOF_TABLE;
}  // namespace avx512
}  // namespace convkit
