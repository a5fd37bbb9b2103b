#include "core/os/fork.h"

namespace convkit {

// A process cannot make a copy of itself there.
void atFork(void (*)(), void (*)(), void (*)()) {}

}  // namespace convkit
