#include "kernels/layout/generic.h"

namespace convkit {
namespace baseline {
extern const LayoutKernels kLayoutKernels;
const LayoutKernels kLayoutKernels = CONVKIT_LAYOUT_TABLE;
}  // namespace baseline
}  // namespace convkit
