#include <sched.h>

#include "core/os/processors.h"
#include "test/harness.h"

using namespace convkit;

// As taskset does to every thread of a process.
TEST(whatOthersDecideMeanwhileStays) {
  cpu_set_t before, one;
  if (sched_getaffinity(0, sizeof(before), &before) != 0 || CPU_COUNT(&before) < 2) return;
  const int here = currentProcessor();
  CPU_ZERO(&one);
  CPU_SET(static_cast<size_t>(here), &one);
  {
    const KeepOff away(here);
    CHECK_EQUAL(sched_setaffinity(0, sizeof(one), &one), 0);
  }
  CHECK_EQUAL(allowedProcessors(), 1);
  CHECK_EQUAL(currentProcessor(), here);
  CHECK_EQUAL(sched_setaffinity(0, sizeof(before), &before), 0);
}

TEST_MAIN()
