#include "kernels/narrow/generic.h"

namespace convkit {
namespace avx2 {
extern const NarrowKernels kNarrowKernels;
const NarrowKernels kNarrowKernels = CONVKIT_NARROW_TABLE;
}  // namespace avx2
}  // namespace convkit
