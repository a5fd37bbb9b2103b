#pragma once

#include <cstddef>

namespace convkit {

// Memory from the system, aligned to kAlignment and not initialised. Throws std::bad_alloc.
void* takeSystemBlock(size_t bytes);

// `bytes` as they were asked for.
void returnSystemBlock(void* block, size_t bytes) noexcept;

}  // namespace convkit
