#include "core/block.h"

#include <atomic>
#include <cstdint>
#include <limits>
#include <new>

#include "core/mapping.h"
#include "core/memory.h"
#include "core/small_blocks.h"

// Under the address sanitizer every block comes from the heap, where it can see reads past the end.
#if defined(__linux__) && !defined(__SANITIZE_ADDRESS__)
#define CONVKIT_HUGE_PAGES 1
#endif

namespace convkit {
namespace {

std::atomic<uint64_t> allocation_count{0};

void* heapBlock(size_t bytes) { return ::operator new (bytes, std::align_val_t{kAlignment}); }

void freeHeapBlock(void* block) { ::operator delete (block, std::align_val_t{kAlignment}); }

#if defined(CONVKIT_HUGE_PAGES)

void* takeBlock(size_t bytes) {
  if (bytes < kLeastSmallBlock) return heapBlock(bytes);
  return bytes <= kMostSmallBlock ? takeSmallBlock(bytes) : mapAligned(bytes, kHugePage);
}

void returnBlock(void* block, size_t bytes) {
  if (bytes < kLeastSmallBlock) {
    freeHeapBlock(block);
  } else if (bytes <= kMostSmallBlock) {
    returnSmallBlock(block, bytes);
  } else {
    unmap(block, bytes);
  }
}

#else

void* takeBlock(size_t bytes) { return heapBlock(bytes); }

void returnBlock(void* block, size_t) { freeHeapBlock(block); }

#endif

}  // namespace

void* allocateBlock(size_t bytes) {
  if (bytes > std::numeric_limits<size_t>::max() / 2) throw std::bad_alloc();
  void* block = takeBlock(bytes + kSlack);
  allocation_count.fetch_add(1, std::memory_order_relaxed);
  return block;
}

void freeBlock(void* block, size_t bytes) noexcept {
  if (block != nullptr) returnBlock(block, bytes + kSlack);
}

uint64_t allocationCount() { return allocation_count.load(std::memory_order_relaxed); }

}  // namespace convkit
