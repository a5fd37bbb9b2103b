#include <cstring>
#include <new>
#include <thread>
#include <utility>
#include <vector>

#include "core/lent_blocks.h"
#include "core/memory.h"
#include "core/scratch_cache.h"
#include "test/harness.h"

using namespace convkit;

namespace {

bool isAligned(const void* pointer) { return reinterpret_cast<uintptr_t>(pointer) % kAlignment == 0; }

constexpr size_t kMiB = size_t{1} << 20;

}  // namespace

TEST(bufferIsAlignedAndWritableToTheEndOfItsSlack) {
  for (size_t bytes :
       {size_t{0}, size_t{1}, size_t{63}, size_t{4096}, 2 * kMiB - kSlack, 2 * kMiB, 5 * kMiB + 1}) {
    AlignedBuffer buffer(bytes);
    CHECK(isAligned(buffer.data()));
    CHECK_EQUAL(buffer.size(), bytes);
    std::memset(buffer.data(), 0xff, bytes + kSlack);
    buffer.zero();
    for (size_t i = 0; i < bytes + kSlack; i += 61) CHECK_EQUAL(int{buffer.data<uint8_t>()[i]}, 0);
  }
}

TEST(bufferMovesItsBlock) {
  AlignedBuffer first(100);
  first.data<int>()[0] = 42;
  AlignedBuffer second(std::move(first));
  CHECK_EQUAL(first.size(), size_t{0});
  CHECK(first.data() == nullptr);
  first.zero();
  AlignedBuffer third;
  third = std::move(second);
  CHECK_EQUAL(third.size(), size_t{100});
  CHECK_EQUAL(third.data<int>()[0], 42);
}

TEST(impossibleSizesThrow) {
  CHECK_THROWS(AlignedBuffer(~size_t{0}), std::bad_alloc);
  CHECK_THROWS(AlignedBuffer(~size_t{0} - kSlack), std::bad_alloc);
  CHECK_THROWS(Scratch::acquire(~size_t{0}), std::bad_alloc);
  CHECK_THROWS(Scratch::acquire(~size_t{0} / 2), std::bad_alloc);
}

TEST(scratchIsReused) {
  { const Scratch warm_small = Scratch::acquire(1000), warm_large = Scratch::acquire(3 * kMiB); }
  const uint64_t before = allocationCount();
  for (int i = 0; i < 100; ++i) {
    Scratch small = Scratch::acquire(1000);
    Scratch large = Scratch::acquire(3 * kMiB);
    CHECK(isAligned(small.data()));
    CHECK(isAligned(large.data()));
    CHECK(large.size() >= 3 * kMiB);
    std::memset(large.data(), 1, large.size() + kSlack);
  }
  CHECK_EQUAL(allocationCount(), before);
}

TEST(smallRequestsDoNotTakeLargeBlocks) {
  { const Scratch large = Scratch::acquire(20 * kMiB); }
  const Scratch small = Scratch::acquire(9 * kMiB);
  CHECK(small.size() < 18 * kMiB);
}

TEST(scratchMoves) {
  Scratch first = Scratch::acquire(64);
  void* const block = first.data();
  Scratch second = std::move(first);
  CHECK(first.data() == nullptr);
  CHECK(second.data() == block);
  second = Scratch();
  Scratch third = Scratch::acquire(64);
  CHECK(third.data() == block);
}

TEST(cacheIsBounded) {
  for (size_t i = 0; i < 200; ++i) {
    std::vector<Scratch> blocks;
    for (int j = 0; j < 4; ++j) blocks.push_back(Scratch::acquire((i + 1) * 500000));
  }
  CHECK(ScratchCache::forRuns().cachedBytes() <= ScratchCache::capacity());
  CHECK(ScratchCache::forRuns().cachedBytes() > 0);
  const size_t cached = ScratchCache::forRuns().cachedBytes();
  { const Scratch oversized = Scratch::acquire(ScratchCache::capacity() + 1); }
  CHECK_EQUAL(ScratchCache::forRuns().cachedBytes(), cached);
}

TEST(cacheGivesBackWhatWaits) {
  const void* warm = nullptr;
  {
    const Scratch blocks[] = {Scratch::acquire(700000), Scratch::acquire(5 * kMiB), Scratch::acquire(100)};
    warm = const_cast<Scratch&>(blocks[1]).data();
  }
  CHECK(warm != nullptr);
  Scratch held = Scratch::acquire(3 * kMiB);
  ScratchCache& cache = ScratchCache::forRuns();
  const size_t waiting = cache.cachedBytes();
  CHECK(waiting >= 5 * kMiB);
  CHECK_EQUAL(cache.release(), waiting);
  CHECK_EQUAL(cache.cachedBytes(), size_t{0});
  CHECK_EQUAL(cache.release(), size_t{0});
  std::memset(held.data(), 1, held.size() + kSlack);
  const uint64_t before = allocationCount();
  { const Scratch again = Scratch::acquire(5 * kMiB); }
  CHECK_EQUAL(allocationCount(), before + 1);
}

TEST(lentBlocksComeBackOnce) {
  LentBlocks& blocks = LentBlocks::instance();
  const void* data = nullptr;
  {
    const std::shared_ptr<Scratch> block = blocks.lend(700000);
    data = block->data();
    CHECK(blocks.find(data) == block);
  }
  CHECK_EQUAL(blocks.lentBytes(), size_t{700000});
  CHECK(blocks.find(static_cast<const char*>(data) + 64) == nullptr);
  blocks.takeBack(data);
  blocks.takeBack(data);
  CHECK(blocks.find(data) == nullptr);
  CHECK_EQUAL(blocks.lentBytes(), size_t{0});
  CHECK(Scratch::acquireResult(700000).data() == data);
}

TEST(lostBlocksAreNeverUsedAgain) {
  LentBlocks& blocks = LentBlocks::instance();
  const void* const data = blocks.lend(700000)->data();
  blocks.lose(data);
  blocks.lose(data);
  blocks.takeBack(data);
  CHECK(blocks.find(data) == nullptr);
  CHECK_EQUAL(blocks.lentBytes(), size_t{0});
  CHECK_EQUAL(blocks.lostBytes(), size_t{700000});
  std::vector<Scratch> others;
  for (int i = 0; i < 50; ++i) {
    others.push_back(Scratch::acquireResult(700000));
    CHECK(others.back().data() != data);
  }
}

TEST(lentBytesAreBounded) {
  LentBlocks& blocks = LentBlocks::instance();
  const size_t most = LentBlocks::capacity();
  const void* const large = blocks.lend(most + 1)->data();
  CHECK(blocks.lend(1) == nullptr);
  blocks.takeBack(large);
  const void* const half = blocks.lend(most / 2)->data();
  CHECK(blocks.lend(most) == nullptr);
  CHECK_THROWS((blocks.takeBack(half), blocks.lend(~size_t{0} / 2)), std::bad_alloc);
  CHECK_EQUAL(blocks.lentBytes(), size_t{0});
}

TEST(resultsLeaveTheMemoryOfRunsAlone) {
  const void* working = nullptr;
  {
    const Scratch both[] = {Scratch::acquire(700000), Scratch::acquireResult(700000)};
    working = const_cast<Scratch&>(both[0]).data();
  }
  const Scratch results[] = {Scratch::acquireResult(700000), Scratch::acquireResult(700000)};
  Scratch run = Scratch::acquire(700000);
  CHECK(run.data() == working);
}

TEST(manyBlocksWaitTogether) {
  constexpr int kBlocks = 300;
  uint64_t before = 0;
  for (int round = 0; round < 3; ++round) {
    std::vector<Scratch> blocks;
    for (int i = 0; i < kBlocks; ++i) blocks.push_back(Scratch::acquire(700000));
    if (round == 0) before = allocationCount();
  }
  CHECK_EQUAL(allocationCount(), before);
}

TEST(theLastToComeBackIsTheFirstToGoOut) {
  Scratch first = Scratch::acquire(700000), second = Scratch::acquire(700000);
  void* const data = first.data();
  second = Scratch();
  first = Scratch();
  CHECK(Scratch::acquire(700000).data() == data);
}

// Every size, from the smallest on, comes back no smaller than it was asked for.
TEST(everySizeFits) {
  for (size_t bytes = 0; bytes < 5000; ++bytes) {
    Scratch block = Scratch::acquire(bytes);
    CHECK(block.size() >= bytes);
    std::memset(block.data(), 1, block.size() + kSlack);
  }
  for (size_t bytes = 5000; bytes < 40 * kMiB; bytes += bytes / 37) {
    const Scratch block = Scratch::acquire(bytes), again = Scratch::acquire(bytes + 1);
    CHECK(block.size() >= bytes && block.size() <= 2 * bytes + 4096);
    CHECK(again.size() >= bytes + 1);
  }
}

TEST(scratchFromManyThreads) {
  std::vector<std::thread> threads;
  std::vector<int> corrupted(4);
  for (int id = 0; id < 4; ++id) {
    threads.emplace_back([id, &corrupted] {
      for (size_t i = 0; i < 2000; ++i) {
        Scratch block = Scratch::acquire(64 + i * 37 % 8192);
        std::memset(block.data(), id, block.size());
        for (size_t at = 0; at < block.size(); at += 97) corrupted[id] += block.data<uint8_t>()[at] != id;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (int count : corrupted) CHECK_EQUAL(count, 0);
}

TEST_MAIN()
