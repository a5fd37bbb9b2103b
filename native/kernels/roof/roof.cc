#include "kernels/roof/roof.h"

namespace convkit {

#define CONVKIT_ISA(enumerator, ns)      \
  namespace ns {                         \
  extern const RoofKernels kRoofKernels; \
  }
#include "kernels/isas.inc"
#undef CONVKIT_ISA

const RoofKernels& roofKernels(Isa isa) {
#define CONVKIT_ISA(enumerator, ns) \
  if (isa >= Isa::enumerator) return ns::kRoofKernels;
#include "kernels/isas.inc"
#undef CONVKIT_ISA
  return baseline::kRoofKernels;
}

}  // namespace convkit
