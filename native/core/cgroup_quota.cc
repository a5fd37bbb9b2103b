#include "core/cgroup_quota.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "core/text_file.h"

namespace convkit {
namespace {

constexpr double kNoLimit = std::numeric_limits<double>::infinity();

double ratio(double quota, double period) { return quota > 0 && period > 0 ? quota / period : kNoLimit; }

// "max 100000" or "250000 100000".
double unifiedLimit(const std::string& folder) {
  const std::string text = readTextFile(folder + "/cpu.max");
  char* end = nullptr;
  const double quota = std::strtod(text.c_str(), &end);
  if (end == text.c_str()) return kNoLimit;
  return ratio(quota, std::strtod(end, nullptr));
}

double legacyLimit(const std::string& folder) {
  const std::string quota = readTextFile(folder + "/cpu.cfs_quota_us");
  const std::string period = readTextFile(folder + "/cpu.cfs_period_us");
  return ratio(std::atof(quota.c_str()), std::atof(period.c_str()));
}

// The mount may show the whole tree, or only what lies below the container's own group: ask at every length
// of the path, and at the mount itself.
double smallestLimit(const std::string& mount, std::string path, double (*limit)(const std::string&)) {
  double smallest = limit(mount);
  while (path.size() > 1) {
    smallest = std::min(smallest, limit(mount + path));
    path.erase(path.rfind('/'));
  }
  return smallest;
}

bool namesCpu(const std::string& controllers) {
  return ("," + controllers + ",").find(",cpu,") != std::string::npos;
}

// One line of /proc/self/cgroup: "0::/path" for version 2, "4:cpu,cpuacct:/path" for version 1.
double limitOfLine(const std::string& root, const std::string& line) {
  const size_t first = line.find(':');
  const size_t second = line.find(':', first + 1);
  if (first == std::string::npos || second == std::string::npos) return kNoLimit;
  const std::string controllers = line.substr(first + 1, second - first - 1);
  const std::string path = line.substr(second + 1);
  if (path.empty() || path[0] != '/') return kNoLimit;
  const std::string mount = root + "/sys/fs/cgroup";
  if (controllers.empty()) {
    return std::min(smallestLimit(mount, path, unifiedLimit),
                    smallestLimit(mount + "/unified", path, unifiedLimit));
  }
  if (!namesCpu(controllers)) return kNoLimit;
  return std::min(smallestLimit(mount + "/cpu", path, legacyLimit),
                  smallestLimit(mount + "/" + controllers, path, legacyLimit));
}

}  // namespace

int cgroupQuota(const std::string& root) {
  const std::string groups = readTextFile(root + "/proc/self/cgroup");
  double smallest = kNoLimit;
  for (size_t start = 0; start < groups.size();) {
    const size_t end = std::min(groups.find('\n', start), groups.size());
    smallest = std::min(smallest, limitOfLine(root, groups.substr(start, end - start)));
    start = end + 1;
  }
  if (smallest == kNoLimit) return 0;
  return static_cast<int>(std::ceil(std::min(smallest, 1e6)));
}

}  // namespace convkit
