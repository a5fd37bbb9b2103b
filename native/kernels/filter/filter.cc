#include "kernels/filter/filter.h"

namespace convkit {

#define CONVKIT_ISA(enumerator, ns)          \
  namespace ns {                             \
  extern const FilterKernels kFilterKernels; \
  }
#include "kernels/isas.inc"
#undef CONVKIT_ISA

const FilterKernels& filterKernels(Isa isa) {
#define CONVKIT_ISA(enumerator, ns) \
  if (isa >= Isa::enumerator) return ns::kFilterKernels;
#include "kernels/isas.inc"
#undef CONVKIT_ISA
  return baseline::kFilterKernels;
}

}  // namespace convkit
