#include "kernels/layout/generic.h"

namespace convkit {
namespace neon {
extern const LayoutKernels kLayoutKernels;
const LayoutKernels kLayoutKernels = CONVKIT_LAYOUT_TABLE;
}  // namespace neon
}  // namespace convkit
