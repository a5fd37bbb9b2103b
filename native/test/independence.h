#pragma once

#include "core/denormals.h"
#include "core/thread_pool.h"
#include "program/step.h"
#include "test/harness.h"
#include "test/op_runner.h"

namespace convkit::test {

// Three images on one thread, on three, and the middle one alone give the same bits on every instruction set.
// `test` has a geometry of batch 3, x of that size and no residual; run(test, isa, threads) gives the result.
template <class Test, class Run>
void checkThreadsAndBatch(const Test& test, Run run) {
  const FlushDenormals flush;  // as in the pool's threads and in programs
  const ConvGeometry& g = test.geometry;
  const int64_t x_image = int64_t{g.in_channels} * g.window.input.volume();
  const int64_t y_image = int64_t{g.out_channels} * g.window.output.volume();
  Test alone = test;
  alone.geometry.batch = 1;
  alone.x.assign(test.x.begin() + x_image, test.x.begin() + 2 * x_image);
  forEachIsa([&](Isa isa) {
    ThreadPool::instance().setThreads(3);
    const std::vector<float> one = run(test, isa, 1);
    CHECK(one == run(test, isa, 3));
    CHECK(run(alone, isa, 1) == std::vector<float>(one.begin() + y_image, one.begin() + 2 * y_image));
  });
}

// run(threads) gives the same bits on one thread and on three.
template <class Run>
void checkThreads(Run run) {
  const FlushDenormals flush;
  ThreadPool::instance().setThreads(3);
  const std::vector<float> one = run(1), three = run(3);
  CHECK_EQUAL(one.size(), three.size());
  CHECK(std::memcmp(one.data(), three.data(), one.size() * sizeof(float)) == 0);
}

}  // namespace convkit::test
