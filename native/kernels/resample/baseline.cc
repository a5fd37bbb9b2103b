#include "kernels/resample/generic.h"

namespace convkit {
namespace baseline {
extern const ResampleKernels kResampleKernels;
const ResampleKernels kResampleKernels = CONVKIT_RESAMPLE_TABLE;
}  // namespace baseline
}  // namespace convkit
