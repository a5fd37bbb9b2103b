#include "kernels/layout/layout.h"

namespace convkit {

#define CONVKIT_ISA(enumerator, ns)          \
  namespace ns {                             \
  extern const LayoutKernels kLayoutKernels; \
  }
#include "kernels/isas.inc"
#undef CONVKIT_ISA

const LayoutKernels& layoutKernels(Isa isa) {
#define CONVKIT_ISA(enumerator, ns) \
  if (isa >= Isa::enumerator) return ns::kLayoutKernels;
#include "kernels/isas.inc"
#undef CONVKIT_ISA
  return baseline::kLayoutKernels;
}

}  // namespace convkit
