#include "program/arena.h"

#include <algorithm>
#include <numeric>

#include "core/memory.h"

namespace convkit {
namespace {

size_t paddedSize(size_t bytes) { return (bytes + kSlack + kAlignment - 1) / kAlignment * kAlignment; }

bool overlapInTime(const Lifetime& a, const Lifetime& b) { return a.first <= b.last && b.first <= a.last; }

// The lowest offset at which `block` fits between the placed blocks that live with it. `placed` is
// ordered by offset.
size_t lowestGap(const Lifetime& block, const std::vector<const Lifetime*>& placed) {
  size_t offset = 0;
  for (const Lifetime* other : placed) {
    if (!overlapInTime(block, *other)) continue;
    if (offset + paddedSize(block.bytes) <= other->offset) break;
    offset = std::max(offset, other->offset + paddedSize(other->bytes));
  }
  return offset;
}

}  // namespace

size_t planArena(std::vector<Lifetime>& blocks) {
  std::vector<size_t> order(blocks.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return blocks[a].bytes > blocks[b].bytes; });
  std::vector<const Lifetime*> placed;
  size_t size = 0;
  for (const size_t index : order) {
    Lifetime& block = blocks[index];
    block.offset = lowestGap(block, placed);
    size = std::max(size, block.offset + paddedSize(block.bytes));
    const auto place =
        std::upper_bound(placed.begin(), placed.end(), &block,
                         [](const Lifetime* a, const Lifetime* b) { return a->offset < b->offset; });
    placed.insert(place, &block);
  }
  return size;
}

}  // namespace convkit
