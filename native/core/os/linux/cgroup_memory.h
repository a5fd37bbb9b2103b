#pragma once

#include <cstddef>
#include <string>

namespace convkit {

// The bytes that the control group of this process may use; the largest size_t where there is no limit. Both
// versions of control groups are read, and every ancestor's limit counts. `root` stands before every path.
size_t cgroupMemory(const std::string& root = "");

}  // namespace convkit
