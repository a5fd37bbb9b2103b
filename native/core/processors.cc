#include "core/processors.h"

#include <thread>

namespace convkit {

#if defined(__linux__)

namespace {

// The bytes of `sets` that the kernel filled; 0 where it needs more.
size_t readMask(cpu_set_t* sets, size_t most) {
  for (size_t count = 1; count <= most; count *= 2) {
    if (sched_getaffinity(0, count * sizeof(cpu_set_t), sets) == 0) return count * sizeof(cpu_set_t);
  }
  return 0;
}

}  // namespace

int allowedProcessors() {
  cpu_set_t mask[64];
  const size_t bytes = readMask(mask, 64);
  return bytes > 0 ? CPU_COUNT_S(bytes, mask) : static_cast<int>(std::thread::hardware_concurrency());
}

int currentProcessor() { return sched_getcpu(); }

KeepOff::KeepOff(int processor) : processor_(processor) {
  if (processor < 0) return;
  const size_t bytes = readMask(mask_, kMostSets), bit = static_cast<size_t>(processor);
  if (bytes == 0 || !CPU_ISSET_S(bit, bytes, mask_) || CPU_COUNT_S(bytes, mask_) < 2) return;
  CPU_CLR_S(bit, bytes, mask_);
  if (sched_setaffinity(0, bytes, mask_) == 0) bytes_ = bytes;
}

KeepOff::~KeepOff() {
  if (bytes_ == 0) return;
  cpu_set_t now[kMostSets];
  if (readMask(now, kMostSets) != bytes_ || !CPU_EQUAL_S(bytes_, now, mask_)) return;
  CPU_SET_S(static_cast<size_t>(processor_), bytes_, mask_);
  sched_setaffinity(0, bytes_, mask_);
}

#else

int allowedProcessors() { return static_cast<int>(std::thread::hardware_concurrency()); }
int currentProcessor() { return -1; }
KeepOff::KeepOff(int) {}
KeepOff::~KeepOff() {}

#endif

}  // namespace convkit
