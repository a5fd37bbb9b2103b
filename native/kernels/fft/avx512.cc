#include "kernels/fft/generic.h"

namespace convkit {
namespace avx512 {
extern const FftKernels kFftKernels;
const FftKernels kFftKernels = CONVKIT_FFT_TABLE;
}  // namespace avx512
}  // namespace convkit
