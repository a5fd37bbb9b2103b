#include "core/processors.h"
#include "test/harness.h"

using namespace convkit;

TEST(aThreadKeepsOffAProcessorForAWhile) {
  const int allowed = allowedProcessors(), here = currentProcessor();
  CHECK(allowed >= 1);
  {
    const KeepOff away(here);
    if (here >= 0 && allowed > 1) {
      CHECK(currentProcessor() != here);
      CHECK_EQUAL(allowedProcessors(), allowed - 1);
    }
  }
  CHECK_EQUAL(allowedProcessors(), allowed);
}

TEST(aProcessorThatIsNotThereChangesNothing) {
  const int allowed = allowedProcessors();
  for (const int processor : {-1, 100000}) {
    const KeepOff away(processor);
    CHECK_EQUAL(allowedProcessors(), allowed);
  }
  CHECK_EQUAL(allowedProcessors(), allowed);
}

#if defined(__linux__)
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
#endif

// One that may run nowhere else stays, and two in one another end in order.
TEST(theLastProcessorIsKept) {
  const int allowed = allowedProcessors(), here = currentProcessor();
  if (here < 0 || allowed != 2) return;
  const KeepOff first(here);
  const int other = currentProcessor();
  const KeepOff second(other);
  CHECK_EQUAL(currentProcessor(), other);
  CHECK_EQUAL(allowedProcessors(), 1);
}

TEST_MAIN()
