#include "core/os/limits.h"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "core/os/windows/windows.h"

namespace convkit {
namespace {

// Of the job that this process belongs to: a container is one.
template <class Information>
bool readJob(JOBOBJECTINFOCLASS kind, Information& information) {
  return QueryInformationJobObject(nullptr, kind, &information, sizeof information, nullptr) != 0;
}

}  // namespace

int processorQuota() {
  constexpr DWORD kHardCap = JOB_OBJECT_CPU_RATE_CONTROL_ENABLE | JOB_OBJECT_CPU_RATE_CONTROL_HARD_CAP;
  JOBOBJECT_CPU_RATE_CONTROL_INFORMATION rate{};
  if (!readJob(JobObjectCpuRateControlInformation, rate)) return 0;
  if ((rate.ControlFlags & kHardCap) != kHardCap || rate.CpuRate == 0) return 0;
  // In 1/10,000 of all processors.
  const uint64_t share = uint64_t{GetActiveProcessorCount(ALL_PROCESSOR_GROUPS)} * rate.CpuRate;
  return static_cast<int>((share + 9999) / 10000);
}

size_t memoryLimit() {
  size_t limit = std::numeric_limits<size_t>::max();
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION job{};
  if (!readJob(JobObjectExtendedLimitInformation, job)) return limit;
  const DWORD flags = job.BasicLimitInformation.LimitFlags;
  if (flags & JOB_OBJECT_LIMIT_PROCESS_MEMORY) limit = std::min<size_t>(limit, job.ProcessMemoryLimit);
  if (flags & JOB_OBJECT_LIMIT_JOB_MEMORY) limit = std::min<size_t>(limit, job.JobMemoryLimit);
  return limit;
}

}  // namespace convkit
