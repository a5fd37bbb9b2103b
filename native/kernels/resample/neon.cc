#include "kernels/resample/generic.h"

namespace convkit {
namespace neon {
extern const ResampleKernels kResampleKernels;
const ResampleKernels kResampleKernels = CONVKIT_RESAMPLE_TABLE;
}  // namespace neon
}  // namespace convkit
