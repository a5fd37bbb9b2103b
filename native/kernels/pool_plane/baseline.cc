#include "kernels/pool_plane/generic.h"

namespace convkit {
namespace baseline {
extern const PoolPlaneKernels kPoolPlaneKernels;
const PoolPlaneKernels kPoolPlaneKernels = CONVKIT_POOL_PLANE_TABLE;
}  // namespace baseline
}  // namespace convkit
