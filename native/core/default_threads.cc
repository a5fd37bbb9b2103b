#include <algorithm>
#include <cstdlib>
#include <thread>
#include <vector>

#include "core/cgroup_quota.h"
#include "core/cpu.h"

#if defined(__linux__)
#include <sched.h>
#endif

namespace convkit {
namespace {

constexpr long kMostThreads = 1024;

int fromEnvironment() {
  const char* text = std::getenv("CONVKIT_THREADS");
  if (text == nullptr) return 0;
  char* end = nullptr;
  const long count = std::strtol(text, &end, 10);
  return *end == '\0' && count > 0 ? static_cast<int>(std::min(count, kMostThreads)) : 0;
}

int affinity() {
#if defined(__linux__)
  // The kernel refuses a set smaller than its own, whose size it does not tell.
  for (size_t sets = 1; sets <= 64; sets *= 2) {
    std::vector<cpu_set_t> mask(sets);
    const size_t bytes = sets * sizeof(cpu_set_t);
    if (sched_getaffinity(0, bytes, mask.data()) == 0) return CPU_COUNT_S(bytes, mask.data());
  }
#endif
  return static_cast<int>(std::thread::hardware_concurrency());
}

}  // namespace

int defaultThreads() {
  const int wanted = fromEnvironment();
  if (wanted > 0) return wanted;
  const int quota = cgroupQuota();
  const int processors = affinity();
  return std::clamp(quota > 0 ? std::min(quota, processors) : processors, 1, static_cast<int>(kMostThreads));
}

}  // namespace convkit
