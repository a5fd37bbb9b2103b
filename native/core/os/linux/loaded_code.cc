#include "core/os/loaded_code.h"

namespace convkit {

// The linker has marked the addon so (-z nodelete).
void keepCodeLoaded() {}

}  // namespace convkit
