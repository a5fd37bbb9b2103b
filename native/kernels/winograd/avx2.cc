#include "kernels/winograd/generic.h"

namespace convkit {
namespace avx2 {
extern const WinogradKernels kWinogradKernels;
const WinogradKernels kWinogradKernels = CONVKIT_WINOGRAD_TABLE;
}  // namespace avx2
}  // namespace convkit
