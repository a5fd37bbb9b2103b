#include "kernels/lanes/generic.h"

namespace convkit {
namespace baseline {
extern const LaneKernels kLaneKernels;
const LaneKernels kLaneKernels = CONVKIT_LANE_TABLE;
}  // namespace baseline
}  // namespace convkit
