#include "kernels/winograd/generic.h"

namespace convkit {
namespace avx512 {
extern const WinogradKernels kWinogradKernels;
const WinogradKernels kWinogradKernels = CONVKIT_WINOGRAD_TABLE;
}  // namespace avx512
}  // namespace convkit
