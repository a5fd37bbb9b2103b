#pragma once

#include <cstddef>
#include <mutex>

namespace convkit {

struct Block {
  void* data;
  size_t size;
};

// Blocks that wait to be borrowed again: runs of the same program find the memory of the run before, already
// faulted in. The cache holds no more than capacity() bytes, in any number of blocks: after a garbage
// collection hundreds of results come back at once. What it knows of a waiting block stands in the block
// itself.
class ScratchCache {
 public:
  // 256 MiB, or less where a control group limits the memory of this process.
  static size_t capacity();

  // One for the working memory of runs and one for results, which are many and cold: a run that found its
  // working memory lent away would have to do with a cold block too. Never destroyed, like the pool.
  static ScratchCache& forRuns();
  static ScratchCache& forResults();

  // The smallest waiting block that fits without wasting more than half of what is asked for, else a new one.
  // Of equals the one that came back last, which may still be in the processor's caches.
  Block take(size_t bytes);

  // The oldest blocks make room.
  void giveBack(Block block) noexcept;

  size_t cachedBytes();

  // Gives all that waits back to the system, and tells how many bytes that were.
  size_t release() noexcept;

 private:
  struct Waiting;

  // Sizes are rounded up to eight steps an octave, so that slightly different programs share blocks.
  static constexpr int kStepsAnOctave = 8;
  static constexpr int kClasses = 64 * kStepsAnOctave;

  ScratchCache() = default;
  static ScratchCache& create();
  static size_t roundedUp(size_t bytes);
  static int classOf(size_t rounded_bytes);
  Waiting* removeFit(size_t bytes);
  void remove(Waiting* block);
  Waiting* removeOldestBeyond(size_t bytes);
  static size_t freeAll(Waiting* list) noexcept;

  friend void guardScratchCachesAcrossForks();
  std::mutex mutex_;
  Waiting* newest_of_class_[kClasses] = {};
  Waiting* newest_ = nullptr;
  Waiting* oldest_ = nullptr;
  size_t bytes_ = 0;
};

}  // namespace convkit
