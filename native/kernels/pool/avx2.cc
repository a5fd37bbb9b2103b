#include "kernels/pool/generic.h"

namespace convkit {
namespace avx2 {
extern const PoolKernels kPoolKernels;
const PoolKernels kPoolKernels = CONVKIT_POOL_TABLE;
}  // namespace avx2
}  // namespace convkit
