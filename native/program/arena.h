#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace convkit {

// A block of memory needed from one op to another, both included.
struct Lifetime {
  size_t bytes;
  int32_t first, last;
  size_t offset;  // assigned
};

// Gives every block an offset such that blocks alive at the same time do not overlap. Large blocks
// are placed first, each at the lowest place that fits. Returns the arena's size. Blocks are aligned
// to cache lines and followed by room for a vector's over-read.
size_t planArena(std::vector<Lifetime>& blocks);

}  // namespace convkit
