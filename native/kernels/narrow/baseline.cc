#include "kernels/narrow/generic.h"

namespace convkit {
namespace baseline {
extern const NarrowKernels kNarrowKernels;
const NarrowKernels kNarrowKernels = CONVKIT_NARROW_TABLE;
}  // namespace baseline
}  // namespace convkit
