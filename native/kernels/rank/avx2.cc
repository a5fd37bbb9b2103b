#include "kernels/rank/generic.h"

namespace convkit {
namespace avx2 {
extern const RankKernels kRankKernels;
const RankKernels kRankKernels = CONVKIT_RANK_TABLE;
}  // namespace avx2
}  // namespace convkit
