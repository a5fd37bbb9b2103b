#include "core/os/processors.h"
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
