// The product of features and one value a channel, left to the convolution that reads it: the same bits as
// when it is computed by itself.

#include "core/denormals.h"
#include "core/thread_pool.h"
#include "kernels/tiles/tiles.h"
#include "program/planner.h"
#include "test/harness.h"
#include "test/network.h"

using namespace convkit;
using namespace convkit::test;

namespace {

struct Excited {
  int batch, channels, size;
  bool kept = false, twice = false;
  int kernel = 1;
};

// Convolution, squeeze and excite, convolution. `kept`: the product is an output, too.
Network networkOf(const Excited& shape) {
  Network network(shape.batch);
  const Features x = network.conv(network.input(40, shape.size), shape.channels, 1);
  const Features pooled = network.globalAverage(x);
  const Features gate = network.activation(network.conv(pooled, shape.channels, 1), ActivationKind::kSigmoid);
  const Features product = network.product(x, gate);
  Network::ConvOptions options;
  options.kernel = shape.kernel;
  network.output(network.conv(product, 256, options));
  if (shape.twice) network.output(network.conv(product, 48, 1));
  if (shape.kept) network.output(product);
  return network;
}

// How the product's step is described.
std::string productOf(const Plan& plan) {
  for (const StepDescription& step : plan.descriptions) {
    if (step.reason == "by the convolution that reads it") return step.reason;
  }
  return "by itself";
}

}  // namespace

TEST(aScaleThatIsLeftGivesTheSameBits) {
  const FlushDenormals flush;
  ThreadPool::instance().setThreads(3);
  forEachIsa([](Isa isa) {
    for (const Excited& shape : {Excited{1, 96, 14}, Excited{1, 100, 20}, Excited{3, 104, 17}}) {
      Excited kept = shape;
      kept.kept = true;
      const Network left = networkOf(shape), whole = networkOf(kept);
      const Plan plan = left.plan(isa, Concatenations::kInPlace),
                 other = whole.plan(isa, Concatenations::kInPlace);
      CHECK_EQUAL(productOf(plan), isa == Isa::kAmx ? "by the convolution that reads it" : "by itself");
      CHECK_EQUAL(productOf(other), std::string("by itself"));
      const auto expected = whole.run(other, 1);
      CHECK(left.run(plan, 1)[0] == expected[0]);
      CHECK(left.run(plan, 3)[0] == expected[0]);
    }
  });
}

TEST(aScaleStaysWhereItIsNeededOrCannotBeLeft) {
  Excited twice{1, 96, 14}, padded{1, 96, 14}, small{1, 96, 7};
  twice.twice = true;
  padded.kernel = 3;
  forEachIsa([&](Isa isa) {
    for (const Excited& shape : {twice, padded, small}) {
      CHECK_EQUAL(productOf(networkOf(shape).plan(isa, Concatenations::kInPlace)), std::string("by itself"));
    }
  });
}

TEST_MAIN()
