#include "kernels/product/generic.h"

namespace convkit {
namespace avx2 {
extern const ProductKernels kProductKernels;
const ProductKernels kProductKernels = CONVKIT_PRODUCT_TABLE;
}  // namespace avx2
}  // namespace convkit
