#include "kernels/eltwise/eltwise.h"

namespace convkit {

#define CONVKIT_ISA(enumerator, ns)            \
  namespace ns {                               \
  extern const EltwiseKernels kEltwiseKernels; \
  }
#include "kernels/isas.inc"
#undef CONVKIT_ISA

const EltwiseKernels& eltwiseKernels(Isa isa) {
#define CONVKIT_ISA(enumerator, ns) \
  if (isa >= Isa::enumerator) return ns::kEltwiseKernels;
#include "kernels/isas.inc"
#undef CONVKIT_ISA
  return baseline::kEltwiseKernels;
}

}  // namespace convkit
