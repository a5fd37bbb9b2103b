#include "kernels/binary/generic.h"

namespace convkit {
namespace neon {
extern const BinaryKernels kBinaryKernels;
const BinaryKernels kBinaryKernels = CONVKIT_BINARY_TABLE;
}  // namespace neon
}  // namespace convkit
