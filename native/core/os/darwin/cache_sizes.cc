#include "core/os/cache_sizes.h"

#include <sys/sysctl.h>
#include <sys/types.h>

#include <algorithm>
#include <cstdint>

namespace convkit {
namespace {

// 0 where there is no such value. Some have 4 bytes and some 8, the low ones first.
size_t systemValue(const char* name) {
  uint64_t value = 0;
  size_t length = sizeof value;
  return sysctlbyname(name, &value, &length, nullptr, 0) == 0 ? static_cast<size_t>(value) : 0;
}

}  // namespace

// Level 0 are the fast cores, on Macs that have two kinds; the names without it tell of the slow ones there.
CacheSizes reportedCacheSizes() {
  const size_t l1 = systemValue("hw.perflevel0.l1dcachesize");
  const size_t l2 = systemValue("hw.perflevel0.l2cachesize");
  const size_t cores = std::max<size_t>(systemValue("hw.perflevel0.cpusperl2"), 1);
  if (l1 > 0 && l2 > 0) return {l1, l2 / cores, 0};
  return {systemValue("hw.l1dcachesize"), systemValue("hw.l2cachesize"), 0};
}

}  // namespace convkit
