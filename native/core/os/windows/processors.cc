#include "core/os/processors.h"

#include <thread>

#include "core/os/windows/windows.h"

namespace convkit {
namespace {

int countBits(DWORD_PTR mask) {
  int count = 0;
  for (; mask != 0; mask &= mask - 1) ++count;
  return count;
}

// Of the groups of at most 64 that this process runs in, where they are several.
int processorsOfGroups() {
  constexpr USHORT kMost = 64;
  USHORT groups[kMost], count = kMost;
  if (!GetProcessGroupAffinity(GetCurrentProcess(), &count, groups)) return 0;
  int processors = 0;
  for (USHORT i = 0; i < count; ++i) processors += static_cast<int>(GetActiveProcessorCount(groups[i]));
  return processors;
}

}  // namespace

int allowedProcessors() {
  DWORD_PTR process = 0, system = 0;
  const bool known = GetProcessAffinityMask(GetCurrentProcess(), &process, &system) != 0;
  // Of a process in several groups the masks are 0.
  const int count = known && process != 0 ? countBits(process) : processorsOfGroups();
  return count > 0 ? count : static_cast<int>(std::thread::hardware_concurrency());
}

// What Linux has to be told about where threads sleep is not known to help here.
int currentProcessor() { return -1; }
KeepOff::KeepOff(const int*, size_t) {}
KeepOff::~KeepOff() {}

}  // namespace convkit
