// What stands in for a newer glibc's own answers as that glibc does, where the tests run with one that has
// it.
#include "test/harness.h"

#ifdef __GLIBC__

#include <atomic>
#include <cmath>
#include <cstdlib>
#include <stdexcept>
#include <thread>

#include "glibc/newer_symbols.cc"

#ifdef DLFO_EH_SEGMENT_TYPE

using namespace convkit::test;

namespace {

using Find = int (*)(void*, dl_find_object*) noexcept;

// The loader's own, which this program's definition hides.
Find loadersOwn() { return reinterpret_cast<Find>(dlsym(RTLD_NEXT, "_dl_find_object")); }

struct Answer {
  int result;
  void* tables;
};

Answer ask(Find find, void* address) {
  dl_find_object found{};
  const int result = find(address, &found);
  return {result, result == 0 ? found.dlfo_eh_frame : nullptr};
}

void checkSame(void* address) {
  const Answer mine = ask(_dl_find_object, address);
  if (loadersOwn() == nullptr) return;
  const Answer own = ask(loadersOwn(), address);
  CHECK_EQUAL(mine.result, own.result);
  CHECK_EQUAL(mine.tables, own.tables);
}

struct Count {
  int& count;
  ~Count() { ++count; }
};

[[noreturn]] void throwBelow(int depth, int& unwound) {
  const Count frame{unwound};
  if (depth == 0) throw std::runtime_error("at the bottom");
  throwBelow(depth - 1, unwound);
}

}  // namespace

TEST(findsTheTablesOfAnyCode) {
  for (void* code : {reinterpret_cast<void*>(&throwBelow), dlsym(RTLD_DEFAULT, "malloc"),
                     dlsym(RTLD_DEFAULT, "lround"), dlsym(RTLD_DEFAULT, "__cxa_throw")}) {
    CHECK(code != nullptr);
    checkSame(code);
    CHECK_EQUAL(ask(_dl_find_object, code).result, 0);
  }
}

TEST(findsNothingOutsideOfCode) {
  int local = 0;
  int* const allocated = new int(0);
  for (void* data : {static_cast<void*>(&local), static_cast<void*>(allocated), static_cast<void*>(nullptr),
                     reinterpret_cast<void*>(UINTPTR_MAX)}) {
    checkSame(data);
    CHECK_EQUAL(ask(_dl_find_object, data).result, -1);
  }
  delete allocated;
}

TEST(exceptionsOfManyThreadsAreCaught) {
  std::atomic<int> caught{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 100; ++round) {
        int unwound = 0;
        try {
          throwBelow(20, unwound);
        } catch (const std::runtime_error&) {
          caught += unwound;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK_EQUAL(caught.load(), 4 * 100 * 21);
}

#endif
#endif

TEST_MAIN()
