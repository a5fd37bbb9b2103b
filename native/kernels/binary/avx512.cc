#include "kernels/binary/generic.h"

namespace convkit {
namespace avx512 {
extern const BinaryKernels kBinaryKernels;
const BinaryKernels kBinaryKernels = CONVKIT_BINARY_TABLE;
}  // namespace avx512
}  // namespace convkit
