#include "kernels/pool_plane/generic.h"

namespace convkit {
namespace neon {
extern const PoolPlaneKernels kPoolPlaneKernels;
const PoolPlaneKernels kPoolPlaneKernels = CONVKIT_POOL_PLANE_TABLE;
}  // namespace neon
}  // namespace convkit
