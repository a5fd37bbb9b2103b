#include "kernels/pool_plane/pool_plane.h"

namespace convkit {

#define CONVKIT_ISA(enumerator, ns)                \
  namespace ns {                                   \
  extern const PoolPlaneKernels kPoolPlaneKernels; \
  }
#include "kernels/isas.inc"
#undef CONVKIT_ISA

const PoolPlaneKernels& poolPlaneKernels(Isa isa) {
#define CONVKIT_ISA(enumerator, ns) \
  if (isa >= Isa::enumerator) return ns::kPoolPlaneKernels;
#include "kernels/isas.inc"
#undef CONVKIT_ISA
  return baseline::kPoolPlaneKernels;
}

}  // namespace convkit
