#include "kernels/tiles/multiply.h"
#include "kernels/tiles/pack.h"

namespace convkit {
namespace amx {
extern const TileKernels kTileKernels;
const TileKernels kTileKernels = {multiplyBand, packStep};
}  // namespace amx
}  // namespace convkit
