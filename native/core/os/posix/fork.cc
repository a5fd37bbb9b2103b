#include "core/os/fork.h"

#include <pthread.h>

namespace convkit {

void atFork(void (*before)(), void (*in_parent)(), void (*in_child)()) {
  pthread_atfork(before, in_parent, in_child);
}

}  // namespace convkit
