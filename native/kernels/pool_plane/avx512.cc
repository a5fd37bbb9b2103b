#include "kernels/pool_plane/generic.h"

namespace convkit {
namespace avx512 {
extern const PoolPlaneKernels kPoolPlaneKernels;
const PoolPlaneKernels kPoolPlaneKernels = CONVKIT_POOL_PLANE_TABLE;
}  // namespace avx512
}  // namespace convkit
