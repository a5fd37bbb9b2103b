#include "kernels/winograd/winograd.h"

namespace convkit {

#define CONVKIT_ISA(enumerator, ns)              \
  namespace ns {                                 \
  extern const WinogradKernels kWinogradKernels; \
  }
#include "kernels/isas.inc"
#undef CONVKIT_ISA

const WinogradKernels& winogradKernels(Isa isa) {
#define CONVKIT_ISA(enumerator, ns) \
  if (isa >= Isa::enumerator) return ns::kWinogradKernels;
#include "kernels/isas.inc"
#undef CONVKIT_ISA
  return baseline::kWinogradKernels;
}

}  // namespace convkit
