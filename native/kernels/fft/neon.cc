#include "kernels/fft/generic.h"

namespace convkit {
namespace neon {
extern const FftKernels kFftKernels;
const FftKernels kFftKernels = CONVKIT_FFT_TABLE;
}  // namespace neon
}  // namespace convkit
