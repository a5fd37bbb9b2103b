#include "core/os/system_block.h"

#include <new>

#include "core/memory.h"

namespace convkit {

void* takeSystemBlock(size_t bytes) { return ::operator new (bytes, std::align_val_t{kAlignment}); }

void returnSystemBlock(void* block, size_t) noexcept {
  ::operator delete (block, std::align_val_t{kAlignment});
}

}  // namespace convkit
