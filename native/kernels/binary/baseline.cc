#include "kernels/binary/generic.h"

namespace convkit {
namespace baseline {
extern const BinaryKernels kBinaryKernels;
const BinaryKernels kBinaryKernels = CONVKIT_BINARY_TABLE;
}  // namespace baseline
}  // namespace convkit
