#include "kernels/layout/generic.h"

namespace convkit {
namespace avx512 {
extern const LayoutKernels kLayoutKernels;
const LayoutKernels kLayoutKernels = CONVKIT_LAYOUT_TABLE;
}  // namespace avx512
}  // namespace convkit
