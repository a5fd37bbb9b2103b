#include "ops/roof.h"

#include "core/thread_pool.h"
#include "test/harness.h"
#include "test/op_runner.h"

using namespace convkit;
using namespace convkit::test;

// Any machine does a million a second of either; none a hundred thousand million million.
TEST(everyInstructionSetHasARoof) {
  ThreadPool::instance().setThreads(2);
  forEachIsa([](Isa isa) {
    const Roof roof = measureRoof(isa, 2);
    CHECK(roof.gflops > 1e-3 && roof.gflops < 1e8);
    CHECK(roof.gigabytes_per_second > 1e-3 && roof.gigabytes_per_second < 1e8);
  });
}

TEST_MAIN()
