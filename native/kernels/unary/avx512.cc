#include "kernels/unary/generic.h"

namespace convkit {
namespace avx512 {
extern const UnaryKernels kUnaryKernels;
const UnaryKernels kUnaryKernels = CONVKIT_UNARY_TABLE;
}  // namespace avx512
}  // namespace convkit
