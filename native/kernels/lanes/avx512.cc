#include "kernels/lanes/generic.h"

namespace convkit {
namespace avx512 {
extern const LaneKernels kLaneKernels;
const LaneKernels kLaneKernels = CONVKIT_LANE_TABLE;
}  // namespace avx512
}  // namespace convkit
