#include "kernels/narrow/generic.h"

namespace convkit {
namespace neon {
extern const NarrowKernels kNarrowKernels;
const NarrowKernels kNarrowKernels = CONVKIT_NARROW_TABLE;
}  // namespace neon
}  // namespace convkit
