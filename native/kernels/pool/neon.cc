#include "kernels/pool/generic.h"

namespace convkit {
namespace neon {
extern const PoolKernels kPoolKernels;
const PoolKernels kPoolKernels = CONVKIT_POOL_TABLE;
}  // namespace neon
}  // namespace convkit
