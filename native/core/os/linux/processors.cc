#include "core/os/processors.h"

#include <sched.h>

#include <cstring>
#include <thread>

namespace convkit {
namespace {

// The kernel refuses a mask smaller than its own, whose size it does not tell; a cpu_set_t has 1,024
// processors.
constexpr size_t kMostSets = KeepOff::kMostProcessors / CPU_SETSIZE;

cpu_set_t* sets(uint64_t* words) { return reinterpret_cast<cpu_set_t*>(words); }

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

KeepOff::KeepOff(const int* processors, size_t count) {
  cpu_set_t *before = sets(before_), *mask = sets(mask_);
  const size_t bytes = readMask(before, kMostSets);
  std::memcpy(mask, before, bytes);
  int left = bytes == 0 ? 0 : CPU_COUNT_S(bytes, before);
  for (size_t i = 0; i < count && left > 1; ++i) {
    const size_t bit = static_cast<size_t>(processors[i]);
    if (processors[i] < 0 || !CPU_ISSET_S(bit, bytes, mask)) continue;
    CPU_CLR_S(bit, bytes, mask);
    --left;
  }
  if (bytes == 0 || CPU_EQUAL_S(bytes, before, mask)) return;
  if (sched_setaffinity(0, bytes, mask) == 0) bytes_ = bytes;
}

KeepOff::~KeepOff() {
  if (bytes_ == 0) return;
  cpu_set_t now[kMostSets];
  if (readMask(now, kMostSets) != bytes_ || !CPU_EQUAL_S(bytes_, now, sets(mask_))) return;
  sched_setaffinity(0, bytes_, sets(before_));
}

}  // namespace convkit
