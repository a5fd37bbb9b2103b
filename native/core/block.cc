#include "core/block.h"

#include <atomic>
#include <cstdint>
#include <limits>
#include <new>

#include "core/memory.h"

// Under the address sanitizer every block comes from the heap, where it can see reads past the end.
#if defined(__linux__) && !defined(__SANITIZE_ADDRESS__)
#define CONVKIT_HUGE_PAGES 1
#include <sys/mman.h>
#endif

namespace convkit {
namespace {

std::atomic<uint64_t> allocation_count{0};

void* heapBlock(size_t bytes) { return ::operator new (bytes, std::align_val_t{kAlignment}); }

void freeHeapBlock(void* block) { ::operator delete (block, std::align_val_t{kAlignment}); }

#if defined(CONVKIT_HUGE_PAGES)

constexpr size_t kHugePage = 2u << 20;

// A multiple of every page size that Linux has on our processors, so that the ends of a mapping can be given
// back.
size_t wholePages(size_t bytes) {
  constexpr size_t kPage = 65536;
  return (bytes + kPage - 1) / kPage * kPage;
}

// Maps one huge page more than is needed, and gives back what lies outside the aligned part.
void* mapBlock(size_t bytes) {
  const size_t size = wholePages(bytes);
  void* mapping = mmap(nullptr, size + kHugePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapping == MAP_FAILED) throw std::bad_alloc();
  const uintptr_t start = reinterpret_cast<uintptr_t>(mapping);
  const uintptr_t aligned = (start + kHugePage - 1) & ~uintptr_t{kHugePage - 1};
  const size_t before = aligned - start;
  if (before > 0) munmap(mapping, before);
  if (before < kHugePage) munmap(reinterpret_cast<void*>(aligned + size), kHugePage - before);
  void* block = reinterpret_cast<void*>(aligned);
  madvise(block, size, MADV_HUGEPAGE);
  return block;
}

void* takeBlock(size_t bytes) { return bytes < kHugePage ? heapBlock(bytes) : mapBlock(bytes); }

void returnBlock(void* block, size_t bytes) {
  if (bytes < kHugePage) {
    freeHeapBlock(block);
  } else {
    munmap(block, wholePages(bytes));
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
