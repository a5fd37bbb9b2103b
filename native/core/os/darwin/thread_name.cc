#include "core/os/thread_name.h"

#include <pthread.h>

namespace convkit {

void nameThisThread(const char* name) { pthread_setname_np(name); }

}  // namespace convkit
