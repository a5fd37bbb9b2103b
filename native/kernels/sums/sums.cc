#include "kernels/sums/sums.h"

namespace convkit {

#define CONVKIT_ISA(enumerator, ns)    \
  namespace ns {                       \
  extern const SumKernels kSumKernels; \
  }
#include "kernels/isas.inc"
#undef CONVKIT_ISA

const SumKernels& sumKernels(Isa isa) {
#define CONVKIT_ISA(enumerator, ns) \
  if (isa >= Isa::enumerator) return ns::kSumKernels;
#include "kernels/isas.inc"
#undef CONVKIT_ISA
  return baseline::kSumKernels;
}

}  // namespace convkit
