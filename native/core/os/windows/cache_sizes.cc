#include "core/os/cache_sizes.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/os/windows/windows.h"

namespace convkit {
namespace {

using Information = SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX;

// Records of different lengths, one after the other.
std::vector<unsigned char> records(LOGICAL_PROCESSOR_RELATIONSHIP kind) {
  DWORD bytes = 0;
  GetLogicalProcessorInformationEx(kind, nullptr, &bytes);
  std::vector<unsigned char> buffer(bytes);
  auto* first = reinterpret_cast<Information*>(buffer.data());
  if (bytes == 0 || !GetLogicalProcessorInformationEx(kind, first, &bytes)) return {};
  buffer.resize(bytes);
  return buffer;
}

template <class Visit>
void forEach(LOGICAL_PROCESSOR_RELATIONSHIP kind, Visit&& visit) {
  std::vector<unsigned char> buffer = records(kind);
  for (size_t at = 0; at + sizeof(DWORD) * 2 <= buffer.size();) {
    const auto& record = *reinterpret_cast<const Information*>(buffer.data() + at);
    if (record.Size == 0) return;
    visit(record);
    at += record.Size;
  }
}

size_t countBits(KAFFINITY mask) {
  size_t count = 0;
  for (; mask != 0; mask &= mask - 1) ++count;
  return count;
}

// Threads of one core.
size_t siblings() {
  size_t count = 1;
  forEach(RelationProcessorCore, [&](const Information& core) {
    count = std::max(count, countBits(core.Processor.GroupMask[0].Mask));
  });
  return count;
}

void keepLargest(size_t& kept, size_t size) { kept = std::max(kept, size); }

}  // namespace

CacheSizes reportedCacheSizes() {
  CacheSizes sizes{0, 0, 0};
  const size_t threads_a_core = siblings();
  forEach(RelationCache, [&](const Information& record) {
    const CACHE_RELATIONSHIP& cache = record.Cache;
    if (cache.Type == CacheInstruction || cache.Type == CacheTrace) return;
    const size_t cores = std::max<size_t>(countBits(cache.GroupMask.Mask) / threads_a_core, 1);
    const size_t share = cache.CacheSize / cores;
    if (cache.Level == 1) keepLargest(sizes.l1, share);
    if (cache.Level == 2) keepLargest(sizes.l2, share);
    if (cache.Level == 3) keepLargest(sizes.l3, share);
  });
  return sizes;
}

}  // namespace convkit
