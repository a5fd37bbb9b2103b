#include "core/lent_blocks.h"

#include <utility>

#include "core/scratch_cache.h"

namespace convkit {

LentBlocks& LentBlocks::instance() {
  static LentBlocks* const blocks = new LentBlocks;
  return *blocks;
}

size_t LentBlocks::capacity() { return ScratchCache::capacity(); }

std::shared_ptr<Scratch> LentBlocks::lend(size_t bytes) {
  if (!reserve(bytes)) return nullptr;
  try {
    auto block = std::make_shared<Scratch>(Scratch::acquireResult(bytes));
    const void* const data = block->data();
    const std::lock_guard<std::mutex> lock(mutex_);
    blocks_.emplace(data, Lent{block, bytes, false});
    return block;
  } catch (...) {
    cancel(bytes);
    throw;
  }
}

std::shared_ptr<Scratch> LentBlocks::find(const void* data) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = blocks_.find(data);
  return found == blocks_.end() || found->second.lost ? nullptr : found->second.block;
}

void LentBlocks::takeBack(const void* data) noexcept {
  std::shared_ptr<Scratch> block;  // freed when the lock is
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = blocks_.find(data);
  if (found == blocks_.end() || found->second.lost) return;
  block = std::move(found->second.block);
  lent_bytes_ -= found->second.bytes;
  blocks_.erase(found);
}

void LentBlocks::lose(const void* data) noexcept {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = blocks_.find(data);
  if (found == blocks_.end() || found->second.lost) return;
  found->second.lost = true;
  lent_bytes_ -= found->second.bytes;
  lost_bytes_ += found->second.bytes;
}

size_t LentBlocks::lentBytes() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return lent_bytes_;
}

size_t LentBlocks::lostBytes() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return lost_bytes_;
}

bool LentBlocks::reserve(size_t bytes) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const size_t most = capacity();
  if (lent_bytes_ > 0 && (lent_bytes_ > most || bytes > most - lent_bytes_)) return false;
  lent_bytes_ += bytes;
  return true;
}

void LentBlocks::cancel(size_t bytes) {
  const std::lock_guard<std::mutex> lock(mutex_);
  lent_bytes_ -= bytes;
}

}  // namespace convkit
