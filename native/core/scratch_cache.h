#pragma once

#include <cstddef>
#include <mutex>

namespace convkit {

struct Block {
  void* data;
  size_t size;
};

// Blocks that wait to be borrowed again, oldest first: runs of the same program find the memory of the run
// before, already faulted in. The cache holds no more than kCapacity bytes.
class ScratchCache {
 public:
  static constexpr size_t kCapacity = size_t{256} << 20;
  static constexpr int kMostBlocks = 64;

  // Never destroyed, like the pool.
  static ScratchCache& instance();

  // The smallest waiting block that fits without wasting more than it holds, else a new one.
  Block take(size_t bytes);

  void giveBack(Block block) noexcept;

  size_t cachedBytes();

 private:
  ScratchCache() = default;
  int findFit(size_t bytes) const;
  Block remove(int index);

  friend void guardScratchCacheAcrossForks();
  std::mutex mutex_;
  Block blocks_[kMostBlocks];
  int count_ = 0;
  size_t bytes_ = 0;
};

}  // namespace convkit
