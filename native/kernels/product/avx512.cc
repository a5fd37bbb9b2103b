#include "kernels/product/generic.h"

namespace convkit {
namespace avx512 {
extern const ProductKernels kProductKernels;
const ProductKernels kProductKernels = CONVKIT_PRODUCT_TABLE;
}  // namespace avx512
}  // namespace convkit
