#include "kernels/pool/generic.h"

namespace convkit {
namespace avx512 {
extern const PoolKernels kPoolKernels;
const PoolKernels kPoolKernels = CONVKIT_POOL_TABLE;
}  // namespace avx512
}  // namespace convkit
