#include "program/arena.h"

#include <random>

#include "harness.h"

namespace convkit::test {

TEST(blocksAliveTogetherNeverOverlap) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<Lifetime> blocks;
    for (int i = 0; i < 30; ++i) {
      const int32_t first = static_cast<int32_t>(random() % 20);
      blocks.push_back({random() % 5000, first, first + static_cast<int32_t>(random() % 6), 0});
    }
    const size_t size = planArena(blocks);
    for (size_t a = 0; a < blocks.size(); ++a) {
      CHECK_EQUAL(blocks[a].offset % 64, size_t{0});
      CHECK(blocks[a].offset + blocks[a].bytes <= size);
      for (size_t b = 0; b < a; ++b) {
        const bool together = blocks[a].first <= blocks[b].last && blocks[b].first <= blocks[a].last;
        const bool apart = blocks[a].offset + blocks[a].bytes <= blocks[b].offset ||
                           blocks[b].offset + blocks[b].bytes <= blocks[a].offset;
        CHECK(!together || apart);
      }
    }
  }
}

TEST(memoryIsReused) {
  // A chain: each block is read by the next op only, so two places are enough for any length.
  std::vector<Lifetime> chain;
  for (int32_t i = 0; i < 10; ++i) chain.push_back({4096, i, i + 1, 0});
  CHECK(planArena(chain) <= 2 * (4096 + 64));
}

}  // namespace convkit::test

TEST_MAIN()
