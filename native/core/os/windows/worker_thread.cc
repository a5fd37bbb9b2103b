#include "core/os/worker_thread.h"

#include <process.h>

#include <new>

#include "core/os/windows/windows.h"

namespace convkit {
namespace {

constexpr unsigned kStackBytes = 2u << 20;

struct Start {
  void* (*function)(void*);
  void* argument;
};

unsigned __stdcall threadMain(void* given) {
  const Start start = *static_cast<Start*>(given);
  delete static_cast<Start*>(given);
  start.function(start.argument);
  return 0;
}

}  // namespace

bool startDetachedThread(void* (*function)(void*), void* argument) {
  auto* start = new (std::nothrow) Start{function, argument};
  if (start == nullptr) return false;
  const uintptr_t thread =
      _beginthreadex(nullptr, kStackBytes, &threadMain, start, STACK_SIZE_PARAM_IS_A_RESERVATION, nullptr);
  if (thread == 0) {
    delete start;
    return false;
  }
  CloseHandle(reinterpret_cast<HANDLE>(thread));
  return true;
}

}  // namespace convkit
