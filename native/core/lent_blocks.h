#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "core/memory.h"

namespace convkit {

// The blocks that results lie in, of all environments: how many bytes are out, and where they begin.
class LentBlocks {
 public:
  // Never destroyed: blocks may come back at the very end.
  static LentBlocks& instance();

  // A block of at least `bytes`; null where more than capacity() would be out, unless it is the only one.
  // Throws std::bad_alloc.
  std::shared_ptr<Scratch> lend(size_t bytes);

  // The block that begins at `data`, or null. Whoever holds it keeps it from being lent again.
  std::shared_ptr<Scratch> find(const void* data) const;

  void takeBack(const void* data) noexcept;

  // Nobody will tell when the block is free: it is never used again, and no longer counts as out.
  void lose(const void* data) noexcept;

  size_t lentBytes() const;
  size_t lostBytes() const;

  static size_t capacity();

 private:
  // Lost ones stay where they are: a thread's last moments are no time to ask for memory.
  struct Lent {
    std::shared_ptr<Scratch> block;
    size_t bytes;
    bool lost;
  };

  bool reserve(size_t bytes);
  void cancel(size_t bytes);

  mutable std::mutex mutex_;
  std::unordered_map<const void*, Lent> blocks_;
  size_t lent_bytes_ = 0;
  size_t lost_bytes_ = 0;
};

}  // namespace convkit
