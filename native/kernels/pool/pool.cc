#include "kernels/pool/pool.h"

namespace convkit {

#define CONVKIT_ISA(enumerator, ns)      \
  namespace ns {                         \
  extern const PoolKernels kPoolKernels; \
  }
#include "kernels/isas.inc"
#undef CONVKIT_ISA

const PoolKernels& poolKernels(Isa isa) {
#define CONVKIT_ISA(enumerator, ns) \
  if (isa >= Isa::enumerator) return ns::kPoolKernels;
#include "kernels/isas.inc"
#undef CONVKIT_ISA
  return baseline::kPoolKernels;
}

}  // namespace convkit
