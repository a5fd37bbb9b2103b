#include "kernels/binary/generic.h"

namespace convkit {
namespace avx2 {
extern const BinaryKernels kBinaryKernels;
const BinaryKernels kBinaryKernels = CONVKIT_BINARY_TABLE;
}  // namespace avx2
}  // namespace convkit
