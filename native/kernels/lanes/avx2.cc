#include "kernels/lanes/generic.h"

namespace convkit {
namespace avx2 {
extern const LaneKernels kLaneKernels;
const LaneKernels kLaneKernels = CONVKIT_LANE_TABLE;
}  // namespace avx2
}  // namespace convkit
