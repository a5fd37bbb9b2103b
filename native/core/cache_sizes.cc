#include <algorithm>
#include <cstdlib>
#include <string>

#include "core/cpu.h"
#include "core/text_file.h"

#if defined(__APPLE__)
#include <sys/sysctl.h>
#endif

namespace convkit {
namespace {

constexpr size_t kKiB = 1024;
constexpr size_t kMiB = 1024 * kKiB;

#if defined(__APPLE__)

size_t systemValue(const char* name) {
  uint64_t value = 0;
  size_t length = sizeof value;
  return sysctlbyname(name, &value, &length, nullptr, 0) == 0 ? static_cast<size_t>(value) : 0;
}

CacheSizes reported() { return {systemValue("hw.l1dcachesize"), systemValue("hw.l2cachesize"), 0}; }

#else

size_t parseSize(const std::string& text) {
  char* end = nullptr;
  const size_t number = std::strtoul(text.c_str(), &end, 10);
  return number * (*end == 'K' ? kKiB : *end == 'M' ? kMiB : 1);
}

// "0-3,8" is 5 processors.
size_t countList(const std::string& list) {
  size_t count = 0;
  for (const char* at = list.c_str(); *at >= '0' && *at <= '9';) {
    char* end = nullptr;
    const long first = std::strtol(at, &end, 10);
    const long last = *end == '-' ? std::strtol(end + 1, &end, 10) : first;
    if (last >= first) count += static_cast<size_t>(last - first) + 1;
    at = *end == ',' ? end + 1 : end;
  }
  return std::max<size_t>(count, 1);
}

CacheSizes reported() {
  const std::string cpu = "/sys/devices/system/cpu/cpu0/";
  const size_t siblings = countList(readTextFile(cpu + "topology/thread_siblings_list"));
  CacheSizes sizes{0, 0, 0};
  for (int index = 0; index < 8; ++index) {
    const std::string cache = cpu + "cache/index" + std::to_string(index) + "/";
    const std::string level = readTextFile(cache + "level");
    if (level.empty()) break;
    if (readTextFile(cache + "type").compare(0, 11, "Instruction") == 0) continue;
    const size_t cores = std::max<size_t>(countList(readTextFile(cache + "shared_cpu_list")) / siblings, 1);
    const size_t share = parseSize(readTextFile(cache + "size")) / cores;
    if (level[0] == '1') sizes.l1 = share;
    if (level[0] == '2') sizes.l2 = share;
    if (level[0] == '3') sizes.l3 = share;
  }
  return sizes;
}

#endif

// Emulators and some virtual machines report nothing or nonsense.
CacheSizes plausible(CacheSizes sizes) {
  sizes.l1 = sizes.l1 == 0 ? 32 * kKiB : std::clamp(sizes.l1, 16 * kKiB, kMiB);
  sizes.l2 = sizes.l2 == 0 ? 512 * kKiB : std::clamp(sizes.l2, 128 * kKiB, 64 * kMiB);
  sizes.l3 = sizes.l3 == 0 ? 2 * sizes.l2 : std::clamp(sizes.l3, sizes.l2, 1024 * kMiB);
  return sizes;
}

}  // namespace

const CacheSizes& cacheSizes() {
  static const CacheSizes sizes = plausible(reported());
  return sizes;
}

}  // namespace convkit
