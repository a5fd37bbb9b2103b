#include "kernels/pool/generic.h"

namespace convkit {
namespace baseline {
extern const PoolKernels kPoolKernels;
const PoolKernels kPoolKernels = CONVKIT_POOL_TABLE;
}  // namespace baseline
}  // namespace convkit
