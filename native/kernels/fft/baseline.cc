#include "kernels/fft/generic.h"

namespace convkit {
namespace baseline {
extern const FftKernels kFftKernels;
const FftKernels kFftKernels = CONVKIT_FFT_TABLE;
}  // namespace baseline
}  // namespace convkit
