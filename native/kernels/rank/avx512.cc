#include "kernels/rank/generic.h"

namespace convkit {
namespace avx512 {
extern const RankKernels kRankKernels;
const RankKernels kRankKernels = CONVKIT_RANK_TABLE;
}  // namespace avx512
}  // namespace convkit
