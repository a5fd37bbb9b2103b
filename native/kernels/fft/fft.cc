#include "kernels/fft/fft.h"

namespace convkit {

#define CONVKIT_ISA(enumerator, ns)    \
  namespace ns {                       \
  extern const FftKernels kFftKernels; \
  }
#include "kernels/isas.inc"
#undef CONVKIT_ISA

const FftKernels& fftKernels(Isa isa) {
#define CONVKIT_ISA(enumerator, ns) \
  if (isa >= Isa::enumerator) return ns::kFftKernels;
#include "kernels/isas.inc"
#undef CONVKIT_ISA
  return baseline::kFftKernels;
}

}  // namespace convkit
