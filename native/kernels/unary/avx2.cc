#include "kernels/unary/generic.h"

namespace convkit {
namespace avx2 {
extern const UnaryKernels kUnaryKernels;
const UnaryKernels kUnaryKernels = CONVKIT_UNARY_TABLE;
}  // namespace avx2
}  // namespace convkit
