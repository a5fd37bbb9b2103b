#include "core/os/linux/control_groups.h"

#include <algorithm>

#include "core/os/linux/text_file.h"

namespace convkit {
namespace {

// The mount may show the whole tree, or only what lies below the container's own group: ask at every length
// of the path, and at the mount itself.
double smallestAlong(const std::string& mount, std::string path, double (*limit)(const std::string&)) {
  double smallest = limit(mount);
  while (path.size() > 1) {
    smallest = std::min(smallest, limit(mount + path));
    path.erase(path.rfind('/'));
  }
  return smallest;
}

bool names(const std::string& controllers, const std::string& controller) {
  return ("," + controllers + ",").find("," + controller + ",") != std::string::npos;
}

// One line of /proc/self/cgroup: "0::/path" for version 2, "4:cpu,cpuacct:/path" for version 1.
double limitOfLine(const std::string& root, const std::string& line, const GroupLimit& limit) {
  const size_t first = line.find(':');
  const size_t second = line.find(':', first + 1);
  if (first == std::string::npos || second == std::string::npos) return kNoLimit;
  const std::string controllers = line.substr(first + 1, second - first - 1);
  const std::string path = line.substr(second + 1);
  if (path.empty() || path[0] != '/') return kNoLimit;
  const std::string mount = root + "/sys/fs/cgroup";
  if (controllers.empty()) {
    return std::min(smallestAlong(mount, path, limit.unified),
                    smallestAlong(mount + "/unified", path, limit.unified));
  }
  if (!names(controllers, limit.controller)) return kNoLimit;
  return std::min(smallestAlong(mount + "/" + limit.controller, path, limit.legacy),
                  smallestAlong(mount + "/" + controllers, path, limit.legacy));
}

}  // namespace

double smallestOfGroups(const std::string& root, const GroupLimit& limit) {
  const std::string groups = readTextFile(root + "/proc/self/cgroup");
  double smallest = kNoLimit;
  for (size_t start = 0; start < groups.size();) {
    const size_t end = std::min(groups.find('\n', start), groups.size());
    smallest = std::min(smallest, limitOfLine(root, groups.substr(start, end - start), limit));
    start = end + 1;
  }
  return smallest;
}

}  // namespace convkit
