#include "core/os/processors.h"

#include <thread>

namespace convkit {

// Threads cannot be kept to processors there, nor off them.
int allowedProcessors() { return static_cast<int>(std::thread::hardware_concurrency()); }
int currentProcessor() { return -1; }
KeepOff::KeepOff(const int*, size_t) {}
KeepOff::~KeepOff() {}

}  // namespace convkit
