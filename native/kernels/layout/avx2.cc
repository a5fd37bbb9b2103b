#include "kernels/layout/generic.h"

namespace convkit {
namespace avx2 {
extern const LayoutKernels kLayoutKernels;
const LayoutKernels kLayoutKernels = CONVKIT_LAYOUT_TABLE;
}  // namespace avx2
}  // namespace convkit
