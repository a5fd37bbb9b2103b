#include "kernels/pool_plane/generic.h"

namespace convkit {
namespace avx2 {
extern const PoolPlaneKernels kPoolPlaneKernels;
const PoolPlaneKernels kPoolPlaneKernels = CONVKIT_POOL_PLANE_TABLE;
}  // namespace avx2
}  // namespace convkit
