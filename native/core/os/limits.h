#pragma once

#include <cstddef>

namespace convkit {

// The processors that the container of this process may use, rounded up; 0 where nothing limits them.
int processorQuota();

// The bytes of memory that it may use; the largest size_t where nothing limits them.
size_t memoryLimit();

}  // namespace convkit
