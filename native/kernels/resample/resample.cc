#include "kernels/resample/resample.h"

namespace convkit {

#define CONVKIT_ISA(enumerator, ns)              \
  namespace ns {                                 \
  extern const ResampleKernels kResampleKernels; \
  }
#include "kernels/isas.inc"
#undef CONVKIT_ISA

const ResampleKernels& resampleKernels(Isa isa) {
#define CONVKIT_ISA(enumerator, ns) \
  if (isa >= Isa::enumerator) return ns::kResampleKernels;
#include "kernels/isas.inc"
#undef CONVKIT_ISA
  return baseline::kResampleKernels;
}

}  // namespace convkit
