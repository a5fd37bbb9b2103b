#include "kernels/fft/generic.h"

namespace convkit {
namespace avx2 {
extern const FftKernels kFftKernels;
const FftKernels kFftKernels = CONVKIT_FFT_TABLE;
}  // namespace avx2
}  // namespace convkit
