#include "kernels/lanes/generic.h"

namespace convkit {
namespace neon {
extern const LaneKernels kLaneKernels;
const LaneKernels kLaneKernels = CONVKIT_LANE_TABLE;
}  // namespace neon
}  // namespace convkit
