#include "core/os/limits.h"

#include "core/os/linux/cgroup_memory.h"
#include "core/os/linux/cgroup_quota.h"

namespace convkit {

int processorQuota() { return cgroupQuota(); }

size_t memoryLimit() { return cgroupMemory(); }

}  // namespace convkit
