#include "core/os/linux/cgroup_quota.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "core/os/linux/control_groups.h"
#include "core/os/linux/text_file.h"

namespace convkit {
namespace {

double ratio(double quota, double period) { return quota > 0 && period > 0 ? quota / period : kNoLimit; }

// "max 100000" or "250000 100000".
double unifiedQuota(const std::string& folder) {
  const std::string text = readTextFile(folder + "/cpu.max");
  char* end = nullptr;
  const double quota = std::strtod(text.c_str(), &end);
  if (end == text.c_str()) return kNoLimit;
  return ratio(quota, std::strtod(end, nullptr));
}

double legacyQuota(const std::string& folder) {
  const std::string quota = readTextFile(folder + "/cpu.cfs_quota_us");
  const std::string period = readTextFile(folder + "/cpu.cfs_period_us");
  return ratio(std::atof(quota.c_str()), std::atof(period.c_str()));
}

}  // namespace

int cgroupQuota(const std::string& root) {
  const double smallest = smallestOfGroups(root, {"cpu", unifiedQuota, legacyQuota});
  if (smallest == kNoLimit) return 0;
  return static_cast<int>(std::ceil(std::min(smallest, 1e6)));
}

}  // namespace convkit
