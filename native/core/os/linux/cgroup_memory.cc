#include "core/os/linux/cgroup_memory.h"

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "core/os/linux/control_groups.h"
#include "core/os/linux/text_file.h"

namespace convkit {
namespace {

// "max", a number, or no such file. strtod would take "max" for nothing, but "infinity" for a number.
double bytesIn(const std::string& path) {
  const std::string text = readTextFile(path);
  if (text.empty() || text[0] < '0' || text[0] > '9') return kNoLimit;
  return std::strtod(text.c_str(), nullptr);
}

// Beyond memory.high the kernel takes pages away and slows the process down; beyond memory.max it kills.
double unifiedBytes(const std::string& folder) {
  return std::min(bytesIn(folder + "/memory.max"), bytesIn(folder + "/memory.high"));
}

// Without a limit it is a number of 19 digits, more than any machine has.
double legacyBytes(const std::string& folder) { return bytesIn(folder + "/memory.limit_in_bytes"); }

}  // namespace

size_t cgroupMemory(const std::string& root) {
  const double smallest = smallestOfGroups(root, {"memory", unifiedBytes, legacyBytes});
  constexpr size_t kMost = std::numeric_limits<size_t>::max();
  return smallest < static_cast<double>(kMost / 4) ? static_cast<size_t>(smallest) : kMost;
}

}  // namespace convkit
