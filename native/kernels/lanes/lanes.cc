#include "kernels/lanes/lanes.h"

namespace convkit {

#define CONVKIT_ISA(enumerator, ns)      \
  namespace ns {                         \
  extern const LaneKernels kLaneKernels; \
  }
#include "kernels/isas.inc"
#undef CONVKIT_ISA

const LaneKernels& laneKernels(Isa isa) {
#define CONVKIT_ISA(enumerator, ns) \
  if (isa >= Isa::enumerator) return ns::kLaneKernels;
#include "kernels/isas.inc"
#undef CONVKIT_ISA
  return baseline::kLaneKernels;
}

}  // namespace convkit
