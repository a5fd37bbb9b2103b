#pragma once

#include "core/cpu.h"

namespace convkit {

// What the system says of its caches; 0 for what it does not tell.
CacheSizes reportedCacheSizes();

}  // namespace convkit
