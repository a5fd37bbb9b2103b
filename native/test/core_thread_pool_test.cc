#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "core/denormals.h"
#include "core/thread_pool.h"
#include "test/faulty_chunks.h"
#include "test/harness.h"

using namespace convkit;

namespace {

class Threads {
 public:
  explicit Threads(int count) : before_(ThreadPool::instance().threads()) {
    ThreadPool::instance().setThreads(count);
  }
  ~Threads() { ThreadPool::instance().setThreads(before_); }

 private:
  int before_;
};

void sleepMicroseconds(int count) { std::this_thread::sleep_for(std::chrono::microseconds(count)); }

template <class Condition>
bool eventually(Condition&& condition) {
  // By the clock: on Windows so short a sleep may be none.
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    sleepMicroseconds(100);
  }
  return true;
}

// Submits work, and waits for it.
template <class F>
void runOnPool(F& function) {
  struct Call {
    F& function;
    std::atomic<bool> done{false};
  } call{function};
  const auto body = [](void* context) {
    Call& this_call = *static_cast<Call*>(context);
    this_call.function();
    this_call.done.store(true);
  };
  ThreadPool::instance().submit(body, &call);
  CHECK(eventually([&] { return call.done.load(); }));
}

}  // namespace

TEST(everyChunkIsVisitedOnce) {
  const Threads threads(4);
  for (int64_t chunks : {0, 1, 2, 3, 7, 1000}) {
    for (int participants : {0, 1, 2, 3, 4, 100}) CHECK_EQUAL(faultyChunks(chunks, participants), 0);
  }
}

TEST(participantsAreDistinctAndBelowTheLimit) {
  const Threads threads(4);
  for (int limit = 1; limit <= 6; ++limit) {
    std::vector<std::atomic<int>> inside(6);
    std::atomic<int> clashes{0}, outOfRange{0};
    parallelFor(64, limit, nullptr, [&](int64_t, int participant) {
      if (participant < 0 || participant >= limit || participant >= 4) {
        ++outOfRange;
        return;
      }
      if (inside[static_cast<size_t>(participant)].fetch_add(1) != 0) ++clashes;
      sleepMicroseconds(20);
      inside[static_cast<size_t>(participant)].fetch_sub(1);
    });
    CHECK_EQUAL(clashes.load(), 0);
    CHECK_EQUAL(outOfRange.load(), 0);
  }
}

TEST(helpersReallyHelp) {
  const Threads threads(3);
  std::atomic<int> arrived{0};
  // Every chunk waits for the two others, so one thread alone would never finish.
  parallelFor(3, 3, nullptr, [&](int64_t, int) {
    ++arrived;
    eventually([&] { return arrived.load() >= 3; });
  });
  CHECK_EQUAL(arrived.load(), 3);
}

TEST(oneParticipantRunsInOrderOnTheCaller) {
  const std::thread::id caller = std::this_thread::get_id();
  std::vector<int64_t> order;
  bool elsewhere = false;
  parallelFor(5, 1, nullptr, [&](int64_t chunk, int participant) {
    order.push_back(chunk * 10 + participant);
    elsewhere |= std::this_thread::get_id() != caller;
  });
  CHECK(order == (std::vector<int64_t>{0, 10, 20, 30, 40}));
  CHECK(!elsewhere);
}

TEST(cancellationSkipsTheRest) {
  const Threads threads(2);
  for (int participants : {1, 2}) {
    std::atomic<bool> cancelled{false};
    std::atomic<int> visited{0};
    parallelFor(1000000, participants, &cancelled, [&](int64_t, int) {
      if (++visited == 10) cancelled.store(true);
    });
    CHECK(visited.load() >= 10);
    CHECK(visited.load() < 1000000);
    parallelFor(100, participants, &cancelled, [&](int64_t, int) { visited.store(-1); });
    CHECK(visited.load() != -1);
  }
}

TEST(nestedCallsFinish) {
  const Threads threads(3);
  std::atomic<int> visited{0};
  parallelFor(6, 3, nullptr,
              [&](int64_t, int) { parallelFor(5, 3, nullptr, [&](int64_t, int) { ++visited; }); });
  CHECK_EQUAL(visited.load(), 30);
}

TEST(manyCallersShareThePool) {
  const Threads threads(3);
  std::atomic<int64_t> faulty{0};
  std::vector<std::thread> callers;
  for (int id = 0; id < 6; ++id) {
    callers.emplace_back([&faulty, id] {
      for (int i = 0; i < 300; ++i) faulty += faultyChunks(1 + (i * 7 + id) % 50, 1 + i % 4);
    });
  }
  for (std::thread& caller : callers) caller.join();
  CHECK_EQUAL(faulty.load(), 0);
}

TEST(submissionsRunAndMayCallParallelFor) {
  const Threads threads(2);
  struct Shared {
    std::atomic<int> done{0};
    std::atomic<int64_t> faulty{0};
  } shared;
  const auto body = [](void* context) {
    Shared& all = *static_cast<Shared*>(context);
    all.faulty += faultyChunks(40, 2);
    ++all.done;
  };
  for (int i = 0; i < 200; ++i) ThreadPool::instance().submit(body, &shared);
  for (int i = 0; i < 50; ++i) CHECK_EQUAL(faultyChunks(40, 2), 0);
  CHECK(eventually([&] { return shared.done.load() == 200; }));
  CHECK_EQUAL(shared.faulty.load(), 0);
}

TEST(noMoreSubmissionsRunAtOnceThanThreads) {
  const Threads threads(2);
  struct Shared {
    std::atomic<int> running{0}, most{0}, done{0};
  } shared;
  const auto body = [](void* context) {
    Shared& all = *static_cast<Shared*>(context);
    const int now = ++all.running;
    int most = all.most.load();
    while (now > most && !all.most.compare_exchange_weak(most, now)) {
    }
    // Nobody leaves before as many were there as may be; a third would be seen.
    eventually([&] { return all.most.load() >= 2; });
    sleepMicroseconds(100);
    --all.running;
    ++all.done;
  };
  for (int i = 0; i < 40; ++i) ThreadPool::instance().submit(body, &shared);
  CHECK(eventually([&] { return shared.done.load() == 40; }));
  CHECK_EQUAL(shared.most.load(), 2);
}

TEST(aSubmissionStartsWhileAllOthersWait) {
  const Threads threads(3);
  struct Shared {
    std::atomic<int> arrived{0}, done{0};
  } shared;
  const auto body = [](void* context) {
    Shared& all = *static_cast<Shared*>(context);
    ++all.arrived;
    eventually([&] { return all.arrived.load() == 3; });
    ++all.done;
  };
  for (int i = 0; i < 3; ++i) ThreadPool::instance().submit(body, &shared);
  CHECK(eventually([&] { return shared.done.load() == 3; }));
  CHECK_EQUAL(shared.arrived.load(), 3);
}

TEST(threadsGrowAndShrinkDuringRuns) {
  const Threads threads(2);
  std::atomic<bool> stop{false};
  std::atomic<int64_t> faulty{0};
  std::vector<std::thread> callers;
  for (int id = 0; id < 3; ++id) {
    callers.emplace_back([&] {
      while (!stop.load()) faulty += faultyChunks(30, 8);
    });
  }
  std::atomic<int> submitted{0};
  const auto body = [](void* context) { ++*static_cast<std::atomic<int>*>(context); };
  for (int i = 0; i < 300; ++i) {
    ThreadPool::instance().setThreads(1 + i * 5 % 8);
    ThreadPool::instance().submit(body, &submitted);
    sleepMicroseconds(200);
  }
  CHECK(eventually([&] { return submitted.load() == 300; }));
  stop.store(true);
  for (std::thread& caller : callers) caller.join();
  CHECK_EQUAL(faulty.load(), 0);
}

TEST(setThreadsHasAMinimum) {
  const Threads threads(-5);
  CHECK_EQUAL(ThreadPool::instance().threads(), 1);
  CHECK_EQUAL(faultyChunks(10, 4), 0);
}

TEST(poolThreadsFlushDenormals) {
  float result = 1;
  const auto halve = [&] {
    volatile float smallest_normal = 1.17549435e-38f;
    result = smallest_normal * 0.5f;
  };
  runOnPool(halve);
  CHECK_EQUAL(result, 0.0f);
}

TEST_MAIN()
