#include "core/os/limits.h"

#include <limits>

namespace convkit {

// There are no containers.
int processorQuota() { return 0; }

size_t memoryLimit() { return std::numeric_limits<size_t>::max(); }

}  // namespace convkit
