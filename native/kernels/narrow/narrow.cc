#include "kernels/narrow/narrow.h"

namespace convkit {

#define CONVKIT_ISA(enumerator, ns)          \
  namespace ns {                             \
  extern const NarrowKernels kNarrowKernels; \
  }
#include "kernels/isas.inc"
#undef CONVKIT_ISA

const NarrowKernels& narrowKernels(Isa isa) {
#define CONVKIT_ISA(enumerator, ns) \
  if (isa >= Isa::enumerator) return ns::kNarrowKernels;
#include "kernels/isas.inc"
#undef CONVKIT_ISA
  return baseline::kNarrowKernels;
}

}  // namespace convkit
