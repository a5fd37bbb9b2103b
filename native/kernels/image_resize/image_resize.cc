#include "kernels/image_resize/image_resize.h"

namespace convkit {

#define CONVKIT_ISA(enumerator, ns)                    \
  namespace ns {                                       \
  extern const ImageResizeKernels kImageResizeKernels; \
  }
#include "kernels/isas.inc"
#undef CONVKIT_ISA

const ImageResizeKernels& imageResizeKernels(Isa isa) {
#define CONVKIT_ISA(enumerator, ns) \
  if (isa >= Isa::enumerator) return ns::kImageResizeKernels;
#include "kernels/isas.inc"
#undef CONVKIT_ISA
  return baseline::kImageResizeKernels;
}

}  // namespace convkit
