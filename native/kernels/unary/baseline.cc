#include "kernels/unary/generic.h"

namespace convkit {
namespace baseline {
extern const UnaryKernels kUnaryKernels;
const UnaryKernels kUnaryKernels = CONVKIT_UNARY_TABLE;
}  // namespace baseline
}  // namespace convkit
