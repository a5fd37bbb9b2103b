#pragma once

#include <string>

namespace convkit {

// The processors that the control group of this process may use, rounded up; 0 where there is no limit.
// Both versions of control groups are read, and every ancestor's limit counts. `root` stands before every
// path.
int cgroupQuota(const std::string& root = "");

}  // namespace convkit
