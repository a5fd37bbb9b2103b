#include "kernels/resample/generic.h"

namespace convkit {
namespace avx512 {
extern const ResampleKernels kResampleKernels;
const ResampleKernels kResampleKernels = CONVKIT_RESAMPLE_TABLE;
}  // namespace avx512
}  // namespace convkit
