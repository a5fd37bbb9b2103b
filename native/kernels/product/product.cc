#include "kernels/product/product.h"

namespace convkit {

#define CONVKIT_ISA(enumerator, ns)            \
  namespace ns {                               \
  extern const ProductKernels kProductKernels; \
  }
#include "kernels/isas.inc"
#undef CONVKIT_ISA

const ProductKernels& productKernels(Isa isa) {
#define CONVKIT_ISA(enumerator, ns) \
  if (isa >= Isa::enumerator) return ns::kProductKernels;
#include "kernels/isas.inc"
#undef CONVKIT_ISA
  return baseline::kProductKernels;
}

}  // namespace convkit
