#include "kernels/narrow/generic.h"

namespace convkit {
namespace avx512 {
extern const NarrowKernels kNarrowKernels;
const NarrowKernels kNarrowKernels = CONVKIT_NARROW_TABLE;
}  // namespace avx512
}  // namespace convkit
