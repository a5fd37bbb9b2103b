#pragma once

#include <cstddef>

namespace convkit {

constexpr size_t kHugePage = size_t{2} << 20;

// Maps memory that begins at a multiple of `alignment`, itself one of kHugePage, and asks for huge pages.
// `bytes` are rounded up to whole pages. Throws std::bad_alloc.
void* mapAligned(size_t bytes, size_t alignment);

void unmap(void* mapping, size_t bytes) noexcept;

}  // namespace convkit
