#include "kernels/winograd/generic.h"

namespace convkit {
namespace neon {
extern const WinogradKernels kWinogradKernels;
const WinogradKernels kWinogradKernels = CONVKIT_WINOGRAD_TABLE;
}  // namespace neon
}  // namespace convkit
