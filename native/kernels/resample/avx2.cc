#include "kernels/resample/generic.h"

namespace convkit {
namespace avx2 {
extern const ResampleKernels kResampleKernels;
const ResampleKernels kResampleKernels = CONVKIT_RESAMPLE_TABLE;
}  // namespace avx2
}  // namespace convkit
