#include "kernels/winograd/generic.h"

namespace convkit {
namespace baseline {
extern const WinogradKernels kWinogradKernels;
const WinogradKernels kWinogradKernels = CONVKIT_WINOGRAD_TABLE;
}  // namespace baseline
}  // namespace convkit
