#include "kernels/tiles/tiles.h"

namespace convkit {

#if defined(CONVKIT_AMX)

namespace amx {
extern const TileKernels kTileKernels;
}

const TileKernels* tileKernels(Isa isa) { return isa == Isa::kAmx ? &amx::kTileKernels : nullptr; }

#else

const TileKernels* tileKernels(Isa) { return nullptr; }

#endif

}  // namespace convkit
