#pragma once

#include <string>

namespace convkit {

// The whole of a small text file, as the kernel offers them; empty where it cannot be read.
std::string readTextFile(const std::string& path);

}  // namespace convkit
