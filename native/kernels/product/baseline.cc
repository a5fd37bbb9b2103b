#include "kernels/product/generic.h"

namespace convkit {
namespace baseline {
extern const ProductKernels kProductKernels;
const ProductKernels kProductKernels = CONVKIT_PRODUCT_TABLE;
}  // namespace baseline
}  // namespace convkit
