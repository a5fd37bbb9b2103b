#include "kernels/rank/generic.h"

namespace convkit {
namespace neon {
extern const RankKernels kRankKernels;
const RankKernels kRankKernels = CONVKIT_RANK_TABLE;
}  // namespace neon
}  // namespace convkit
