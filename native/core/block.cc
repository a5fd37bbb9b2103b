#include "core/block.h"

#include <atomic>
#include <cstdint>
#include <limits>
#include <new>

#include "core/memory.h"
#include "core/os/system_block.h"

namespace convkit {
namespace {

std::atomic<uint64_t> allocation_count{0};

}  // namespace

void* allocateBlock(size_t bytes) {
  if (bytes > std::numeric_limits<size_t>::max() / 2) throw std::bad_alloc();
  void* block = takeSystemBlock(bytes + kSlack);
  allocation_count.fetch_add(1, std::memory_order_relaxed);
  return block;
}

void freeBlock(void* block, size_t bytes) noexcept {
  if (block != nullptr) returnSystemBlock(block, bytes + kSlack);
}

uint64_t allocationCount() { return allocation_count.load(std::memory_order_relaxed); }

}  // namespace convkit
