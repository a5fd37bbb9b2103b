#include "kernels/unary/generic.h"

namespace convkit {
namespace neon {
extern const UnaryKernels kUnaryKernels;
const UnaryKernels kUnaryKernels = CONVKIT_UNARY_TABLE;
}  // namespace neon
}  // namespace convkit
