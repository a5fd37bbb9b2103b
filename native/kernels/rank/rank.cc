#include "kernels/rank/rank.h"

namespace convkit {

#define CONVKIT_ISA(enumerator, ns)      \
  namespace ns {                         \
  extern const RankKernels kRankKernels; \
  }
#include "kernels/isas.inc"
#undef CONVKIT_ISA

const RankKernels& rankKernels(Isa isa) {
#define CONVKIT_ISA(enumerator, ns) \
  if (isa >= Isa::enumerator) return ns::kRankKernels;
#include "kernels/isas.inc"
#undef CONVKIT_ISA
  return baseline::kRankKernels;
}

}  // namespace convkit
