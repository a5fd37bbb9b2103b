#include "core/os/cache_sizes.h"

#include <algorithm>
#include <cstdlib>
#include <string>

#include "core/os/linux/text_file.h"

namespace convkit {
namespace {

size_t parseSize(const std::string& text) {
  char* end = nullptr;
  const size_t number = std::strtoul(text.c_str(), &end, 10);
  return number << (*end == 'K' ? 10 : *end == 'M' ? 20 : 0);
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

}  // namespace

CacheSizes reportedCacheSizes() {
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

}  // namespace convkit
