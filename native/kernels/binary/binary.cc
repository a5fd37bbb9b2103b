#include "kernels/binary/binary.h"

namespace convkit {

bool hasPowerKernel(float exponent) {
  return exponent == 2 || exponent == 0.5f || exponent == 1 || exponent == -1 || exponent == 3;
}

#define CONVKIT_ISA(enumerator, ns)          \
  namespace ns {                             \
  extern const BinaryKernels kBinaryKernels; \
  }
#include "kernels/isas.inc"
#undef CONVKIT_ISA

const BinaryKernels& binaryKernels(Isa isa) {
#define CONVKIT_ISA(enumerator, ns) \
  if (isa >= Isa::enumerator) return ns::kBinaryKernels;
#include "kernels/isas.inc"
#undef CONVKIT_ISA
  return baseline::kBinaryKernels;
}

}  // namespace convkit
