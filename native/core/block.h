#pragma once

#include <cstddef>

namespace convkit {

// Takes `bytes` and kSlack more from the system, aligned to kAlignment. Throws std::bad_alloc.
void* allocateBlock(size_t bytes);

// `bytes` as it was given to allocateBlock. Null is fine.
void freeBlock(void* block, size_t bytes) noexcept;

}  // namespace convkit
