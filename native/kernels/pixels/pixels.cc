#include "kernels/pixels/pixels.h"

namespace convkit {

#define CONVKIT_ISA(enumerator, ns)        \
  namespace ns {                           \
  extern const PixelKernels kPixelKernels; \
  }
#include "kernels/isas.inc"
#undef CONVKIT_ISA

const PixelKernels& pixelKernels(Isa isa) {
#define CONVKIT_ISA(enumerator, ns) \
  if (isa >= Isa::enumerator) return ns::kPixelKernels;
#include "kernels/isas.inc"
#undef CONVKIT_ISA
  return baseline::kPixelKernels;
}

}  // namespace convkit
