#include "core/scratch_cache.h"

#include <algorithm>

#include "core/block.h"
#include "core/os/fork.h"
#include "core/os/limits.h"

namespace convkit {
namespace {

constexpr size_t kSmallest = 512;

constexpr size_t kMostCapacity = size_t{256} << 20;

// The caches of runs and of results, and what is lent, come to three times this at most.
constexpr size_t kShareOfLimit = 8;

}  // namespace

// At the beginning of a block that waits.
struct ScratchCache::Waiting {
  size_t size;
  Waiting *older, *newer;                    // of all
  Waiting *older_of_class, *newer_of_class;  // of the same size
};

// A child must not inherit a mutex from a thread that it does not have.
void guardScratchCachesAcrossForks() {
  atFork(
      [] {
        ScratchCache::forRuns().mutex_.lock();
        ScratchCache::forResults().mutex_.lock();
      },
      [] {
        ScratchCache::forResults().mutex_.unlock();
        ScratchCache::forRuns().mutex_.unlock();
      },
      [] {
        ScratchCache::forResults().mutex_.unlock();
        ScratchCache::forRuns().mutex_.unlock();
      });
}

ScratchCache& ScratchCache::create() {
  static const bool guarded = (guardScratchCachesAcrossForks(), true);
  static_cast<void>(guarded);
  return *new ScratchCache;
}

ScratchCache& ScratchCache::forRuns() {
  static ScratchCache& cache = create();
  return cache;
}

ScratchCache& ScratchCache::forResults() {
  static ScratchCache& cache = create();
  return cache;
}

size_t ScratchCache::capacity() {
  static const size_t bytes = std::min(kMostCapacity, memoryLimit() / kShareOfLimit);
  return bytes;
}

size_t ScratchCache::roundedUp(size_t bytes) {
  const size_t wanted = std::max(bytes, kSmallest);
  size_t step = kSmallest / kStepsAnOctave;
  while (step * kStepsAnOctave < wanted / 2 + wanted % 2) step *= 2;
  return wanted > ~size_t{0} - step ? wanted : (wanted + step - 1) / step * step;
}

// Consecutive sizes that roundedUp gives have consecutive classes.
int ScratchCache::classOf(size_t rounded_bytes) {
  int octave = 0;
  for (size_t size = rounded_bytes; size >= 2 * kStepsAnOctave; size /= 2) ++octave;
  return octave * kStepsAnOctave + static_cast<int>(rounded_bytes >> octave) - kStepsAnOctave;
}

Block ScratchCache::take(size_t bytes) {
  const size_t size = roundedUp(bytes);
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (Waiting* block = removeFit(size)) return {block, block->size};
  }
  return {allocateBlock(size), size};
}

void ScratchCache::giveBack(Block block) noexcept {
  if (block.size > capacity()) return freeBlock(block.data, block.size);
  auto* waiting = static_cast<Waiting*>(block.data);
  Waiting* evicted;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    evicted = removeOldestBeyond(capacity() - block.size);
    Waiting*& newest_of_class = newest_of_class_[classOf(block.size)];
    *waiting = {block.size, newest_, nullptr, newest_of_class, nullptr};
    if (newest_ != nullptr) newest_->newer = waiting;
    if (newest_of_class != nullptr) newest_of_class->newer_of_class = waiting;
    if (oldest_ == nullptr) oldest_ = waiting;
    newest_ = newest_of_class = waiting;
    bytes_ += block.size;
  }
  freeAll(evicted);
}

size_t ScratchCache::release() noexcept {
  Waiting* removed;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    removed = removeOldestBeyond(0);
  }
  return freeAll(removed);
}

// Not under the lock: the system may take its time.
size_t ScratchCache::freeAll(Waiting* list) noexcept {
  size_t bytes = 0;
  while (list != nullptr) {
    Waiting* const next = list->older;
    bytes += list->size;
    freeBlock(list, list->size);
    list = next;
  }
  return bytes;
}

size_t ScratchCache::cachedBytes() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return bytes_;
}

ScratchCache::Waiting* ScratchCache::removeFit(size_t bytes) {
  const int first = classOf(bytes), last = std::min(first + kStepsAnOctave / 2, kClasses - 1);
  for (int i = first; i <= last; ++i) {
    if (Waiting* block = newest_of_class_[i]) {
      remove(block);
      return block;
    }
  }
  return nullptr;
}

void ScratchCache::remove(Waiting* block) {
  (block->newer != nullptr ? block->newer->older : newest_) = block->older;
  (block->older != nullptr ? block->older->newer : oldest_) = block->newer;
  (block->newer_of_class != nullptr ? block->newer_of_class->older_of_class
                                    : newest_of_class_[classOf(block->size)]) = block->older_of_class;
  if (block->older_of_class != nullptr) block->older_of_class->newer_of_class = block->newer_of_class;
  bytes_ -= block->size;
}

// A list, along `older`, of the blocks that had to go so that at most `bytes` are left.
ScratchCache::Waiting* ScratchCache::removeOldestBeyond(size_t bytes) {
  Waiting* removed = nullptr;
  while (bytes_ > bytes) {
    Waiting* const block = oldest_;
    remove(block);
    block->older = removed;
    removed = block;
  }
  return removed;
}

}  // namespace convkit
