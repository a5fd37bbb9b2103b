#include "kernels/depthwise/depthwise.h"

namespace convkit {

#define CONVKIT_ISA(enumerator, ns)                \
  namespace ns {                                   \
  extern const DepthwiseKernels kDepthwiseKernels; \
  }
#include "kernels/isas.inc"
#undef CONVKIT_ISA

const DepthwiseKernels& depthwiseKernels(Isa isa) {
#define CONVKIT_ISA(enumerator, ns) \
  if (isa >= Isa::enumerator) return ns::kDepthwiseKernels;
#include "kernels/isas.inc"
#undef CONVKIT_ISA
  return baseline::kDepthwiseKernels;
}

}  // namespace convkit
