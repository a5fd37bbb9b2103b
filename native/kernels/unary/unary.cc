#include "kernels/unary/unary.h"

namespace convkit {

#define CONVKIT_ISA(enumerator, ns)        \
  namespace ns {                           \
  extern const UnaryKernels kUnaryKernels; \
  }
#include "kernels/isas.inc"
#undef CONVKIT_ISA

const UnaryKernels& unaryKernels(Isa isa) {
#define CONVKIT_ISA(enumerator, ns) \
  if (isa >= Isa::enumerator) return ns::kUnaryKernels;
#include "kernels/isas.inc"
#undef CONVKIT_ISA
  return baseline::kUnaryKernels;
}

}  // namespace convkit
