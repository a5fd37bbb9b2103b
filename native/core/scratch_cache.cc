#include "core/scratch_cache.h"

#include <algorithm>

#include "core/block.h"

#if !defined(_WIN32)
#include <pthread.h>
#endif

namespace convkit {
namespace {

// Sizes are rounded up to eight steps an octave, so that slightly different programs share blocks.
size_t roundedUp(size_t bytes) {
  size_t step = 512;
  while (step < bytes / 16) step *= 2;
  return bytes > ~size_t{0} - step ? bytes : (bytes + step - 1) / step * step;
}

}  // namespace

// A child must not inherit the mutex from a thread that it does not have.
void guardScratchCacheAcrossForks() {
#if !defined(_WIN32)
  pthread_atfork([] { ScratchCache::instance().mutex_.lock(); },
                 [] { ScratchCache::instance().mutex_.unlock(); },
                 [] { ScratchCache::instance().mutex_.unlock(); });
#endif
}

ScratchCache& ScratchCache::instance() {
  static ScratchCache* const cache = new ScratchCache;
  static const bool guarded = (guardScratchCacheAcrossForks(), true);
  static_cast<void>(guarded);
  return *cache;
}

Block ScratchCache::take(size_t bytes) {
  const size_t size = roundedUp(bytes);
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    const int fit = findFit(size);
    if (fit >= 0) return remove(fit);
  }
  return {allocateBlock(size), size};
}

void ScratchCache::giveBack(Block block) noexcept {
  Block evicted[kMostBlocks];
  int evicted_count = 0;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (block.size <= kCapacity) {
      while (count_ > 0 && (count_ == kMostBlocks || bytes_ + block.size > kCapacity)) {
        evicted[evicted_count++] = remove(0);
      }
      blocks_[count_++] = block;
      bytes_ += block.size;
      block = {nullptr, 0};
    }
  }
  freeBlock(block.data, block.size);
  for (int i = 0; i < evicted_count; ++i) freeBlock(evicted[i].data, evicted[i].size);
}

size_t ScratchCache::cachedBytes() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return bytes_;
}

int ScratchCache::findFit(size_t bytes) const {
  int best = -1;
  for (int i = 0; i < count_; ++i) {
    const size_t size = blocks_[i].size;
    if (size < bytes || size / 2 > bytes) continue;
    // Of equals the one that came back last, which may still be in the processor's caches.
    if (best < 0 || size <= blocks_[best].size) best = i;
  }
  return best;
}

Block ScratchCache::remove(int index) {
  const Block block = blocks_[index];
  std::copy(blocks_ + index + 1, blocks_ + count_, blocks_ + index);
  --count_;
  bytes_ -= block.size;
  return block;
}

}  // namespace convkit
