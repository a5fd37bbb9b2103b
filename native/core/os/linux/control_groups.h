#pragma once

#include <limits>
#include <string>

namespace convkit {

constexpr double kNoLimit = std::numeric_limits<double>::infinity();

// How one of the kernel's controllers is asked for a limit. The functions get a group's folder, and give
// kNoLimit where that sets none.
struct GroupLimit {
  const char* controller;
  double (*unified)(const std::string& folder);  // version 2
  double (*legacy)(const std::string& folder);   // version 1
};

// The smallest that the control groups of this process set, their ancestors among them. `root` stands before
// every path.
double smallestOfGroups(const std::string& root, const GroupLimit& limit);

}  // namespace convkit
