#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <thread>

#include "core/thread_pool.h"
#include "test/faulty_chunks.h"
#include "test/harness.h"

using namespace convkit;

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
