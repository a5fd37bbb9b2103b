#include "core/os/linux/mapping.h"

#include <sys/mman.h>

#include <cstdint>
#include <new>

namespace convkit {
namespace {

// A multiple of every page size that Linux has on our processors, so that the ends of a mapping can be given
// back.
size_t wholePages(size_t bytes) {
  constexpr size_t kPage = 65536;
  return (bytes + kPage - 1) / kPage * kPage;
}

}  // namespace

// Maps as much more as the alignment is, and gives back what lies outside the aligned part.
void* mapAligned(size_t bytes, size_t alignment) {
  const size_t size = wholePages(bytes);
  void* mapping = mmap(nullptr, size + alignment, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapping == MAP_FAILED) throw std::bad_alloc();
  const uintptr_t start = reinterpret_cast<uintptr_t>(mapping);
  const uintptr_t aligned = (start + alignment - 1) & ~uintptr_t{alignment - 1};
  const size_t before = aligned - start;
  if (before > 0) munmap(mapping, before);
  if (before < alignment) munmap(reinterpret_cast<void*>(aligned + size), alignment - before);
  void* block = reinterpret_cast<void*>(aligned);
  madvise(block, size, MADV_HUGEPAGE);
  return block;
}

void unmap(void* mapping, size_t bytes) noexcept { munmap(mapping, wholePages(bytes)); }

}  // namespace convkit
