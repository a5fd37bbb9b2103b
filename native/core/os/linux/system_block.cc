#include "core/os/system_block.h"

#include <new>

#include "core/memory.h"
#include "core/os/linux/mapping.h"
#include "core/os/linux/small_blocks.h"

namespace convkit {

void* takeSystemBlock(size_t bytes) {
  if (bytes < kLeastSmallBlock) return ::operator new (bytes, std::align_val_t{kAlignment});
  return bytes <= kMostSmallBlock ? takeSmallBlock(bytes) : mapAligned(bytes, kHugePage);
}

void returnSystemBlock(void* block, size_t bytes) noexcept {
  if (bytes < kLeastSmallBlock) {
    ::operator delete (block, std::align_val_t{kAlignment});
  } else if (bytes <= kMostSmallBlock) {
    returnSmallBlock(block, bytes);
  } else {
    unmap(block, bytes);
  }
}

}  // namespace convkit
