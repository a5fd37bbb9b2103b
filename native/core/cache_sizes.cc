#include "core/os/cache_sizes.h"

#include <algorithm>

#include "core/cpu.h"

namespace convkit {
namespace {

constexpr size_t kKiB = 1024;
constexpr size_t kMiB = 1024 * kKiB;

// Emulators and some virtual machines report nothing or nonsense.
CacheSizes plausible(CacheSizes sizes) {
  sizes.l1 = sizes.l1 == 0 ? 32 * kKiB : std::clamp(sizes.l1, 16 * kKiB, kMiB);
  sizes.l2 = sizes.l2 == 0 ? 512 * kKiB : std::clamp(sizes.l2, 128 * kKiB, 64 * kMiB);
  sizes.l3 = sizes.l3 == 0 ? 2 * sizes.l2 : std::clamp(sizes.l3, sizes.l2, 1024 * kMiB);
  return sizes;
}

}  // namespace

const CacheSizes& cacheSizes() {
  static const CacheSizes sizes = plausible(reportedCacheSizes());
  return sizes;
}

}  // namespace convkit
