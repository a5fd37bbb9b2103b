#include "core/os/worker_thread.h"

#include <pthread.h>
#include <signal.h>

#include <cstddef>

namespace convkit {
namespace {

// musl gives 128 KiB by default, less than a kernel with a tile buffer on its stack may want.
constexpr size_t kStackBytes = 2u << 20;

bool create(void* (*function)(void*), void* argument) {
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return false;
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, kStackBytes);
  pthread_t thread;
  const bool started = pthread_create(&thread, &attributes, function, argument) == 0;
  pthread_attr_destroy(&attributes);
  return started;
}

}  // namespace

bool startDetachedThread(void* (*function)(void*), void* argument) {
  sigset_t all, previous;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &previous);
  const bool started = create(function, argument);
  pthread_sigmask(SIG_SETMASK, &previous, nullptr);
  return started;
}

}  // namespace convkit
