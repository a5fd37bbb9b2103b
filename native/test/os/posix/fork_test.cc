#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <thread>
#include <vector>

#include "core/thread_pool.h"
#include "test/harness.h"

using namespace convkit;

namespace {

// Visits every chunk, and returns how many of them were not visited exactly once.
int64_t faultyChunks(int64_t chunks, int participants) {
  std::vector<int> visits(static_cast<size_t>(chunks));
  parallelFor(chunks, participants, nullptr,
              [&](int64_t chunk, int) { ++visits[static_cast<size_t>(chunk)]; });
  int64_t faulty = 0;
  for (int count : visits) faulty += count != 1;
  return faulty;
}

}  // namespace

TEST(aForkedChildStartsItsOwnThreads) {
  ThreadPool::instance().setThreads(3);
  CHECK_EQUAL(faultyChunks(100, 3), 0);
  const pid_t child = fork();
  if (child == 0) {
    alarm(20);
    _exit(faultyChunks(100, 3) == 0 ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  CHECK(WIFEXITED(status));
  CHECK_EQUAL(WEXITSTATUS(status), 0);
}

TEST(aProcessMayExitWithWorkInFlight) {
  const pid_t child = fork();
  if (child == 0) {
    alarm(20);
    ThreadPool::instance().setThreads(3);
    const auto endless = [](void*) {
      for (;;) faultyChunks(100, 3);
    };
    ThreadPool::instance().submit(endless, nullptr);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    std::exit(3);
  }
  int status = -1;
  waitpid(child, &status, 0);
  CHECK(WIFEXITED(status));
  CHECK_EQUAL(WEXITSTATUS(status), 3);
}

TEST_MAIN()
