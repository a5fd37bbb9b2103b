#include "kernels/rank/generic.h"

namespace convkit {
namespace baseline {
extern const RankKernels kRankKernels;
const RankKernels kRankKernels = CONVKIT_RANK_TABLE;
}  // namespace baseline
}  // namespace convkit
