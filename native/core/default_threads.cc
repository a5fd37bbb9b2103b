#include <algorithm>
#include <cstdlib>

#include "core/cpu.h"
#include "core/os/limits.h"
#include "core/os/processors.h"

namespace convkit {
namespace {

constexpr long kMostThreads = 1024;

int fromEnvironment() {
  const char* text = std::getenv("CONVKIT_THREADS");
  if (text == nullptr) return 0;
  char* end = nullptr;
  const long count = std::strtol(text, &end, 10);
  return *end == '\0' && count > 0 ? static_cast<int>(std::min(count, kMostThreads)) : 0;
}

}  // namespace

int defaultThreads() {
  const int wanted = fromEnvironment();
  if (wanted > 0) return wanted;
  const int quota = processorQuota();
  const int processors = allowedProcessors();
  return std::clamp(quota > 0 ? std::min(quota, processors) : processors, 1, static_cast<int>(kMostThreads));
}

}  // namespace convkit
