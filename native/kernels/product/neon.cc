#include "kernels/product/generic.h"

namespace convkit {
namespace neon {
extern const ProductKernels kProductKernels;
const ProductKernels kProductKernels = CONVKIT_PRODUCT_TABLE;
}  // namespace neon
}  // namespace convkit
