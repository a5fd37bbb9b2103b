#include "kernels/reduce/reduce.h"

namespace convkit {

#define CONVKIT_ISA(enumerator, ns)          \
  namespace ns {                             \
  extern const ReduceKernels kReduceKernels; \
  }
#include "kernels/isas.inc"
#undef CONVKIT_ISA

const ReduceKernels& reduceKernels(Isa isa) {
#define CONVKIT_ISA(enumerator, ns) \
  if (isa >= Isa::enumerator) return ns::kReduceKernels;
#include "kernels/isas.inc"
#undef CONVKIT_ISA
  return baseline::kReduceKernels;
}

}  // namespace convkit
