// Concatenations whose operands are written in place: the same bits as when they are copied, no more memory.

#include "core/thread_pool.h"
#include "test/network.h"

using namespace convkit;
using namespace convkit::test;

namespace {

const char* const kInPlace = "written in place, nothing is copied";
const char* const kCopied = "copied: blocks of channels, as its operands lie";

std::string partly(int in_place, int all) {
  return "written in place: " + std::to_string(in_place) + " of " + std::to_string(all) +
         " operands; the others copied";
}

void checkSameBits(const Tensors& actual, const Tensors& expected, const std::string& what) {
  CHECK_EQUAL(actual.size(), expected.size());
  for (size_t i = 0; i < actual.size(); ++i) {
    if (std::memcmp(actual[i].data(), expected[i].data(), expected[i].size() * sizeof(float)) != 0) {
      fail(what.c_str(), static_cast<int>(i), "has other bits");
    }
  }
}

// `build` fills a network whose channels come in multiples of `lanes`; `expected` are its concatenations.
template <class Build>
void checkNetwork(Build&& build, const std::vector<std::string>& expected) {
  ThreadPool::instance().setThreads(3);
  forEachIsa([&](Isa isa) {
    for (const int batch : {1, 3}) {
      const std::string what = std::string(isaName(isa)) + ", batch " + std::to_string(batch);
      Network network(batch);
      build(network, lanesOf(isa));
      const Plan copying = network.plan(isa, Concatenations::kCopied);
      const Plan plan = network.plan(isa, Concatenations::kInPlace);
      CHECK(plan.arena_bytes <= copying.arena_bytes);
      const std::vector<std::string> done = network.concatenations(plan);
      CHECK_EQUAL(done.size(), expected.size());
      for (size_t i = 0; i < done.size() && i < expected.size(); ++i) {
        if (done[i] != expected[i]) fail(what.c_str(), static_cast<int>(i), done[i]);
      }
      const Tensors y = network.run(plan, 1);
      checkSameBits(y, network.run(copying, 1), "in place on " + what);
      checkSameBits(y, network.run(plan, 3), "three threads on " + what);
      const Tensors steps = network.runStepwise(isa);
      for (size_t i = 0; i < y.size(); ++i) {
        for (size_t j = 0; j < y[i].size(); ++j) {
          if (near(y[i][j], static_cast<double>(steps[i][j]), 1e-4)) continue;
          fail(what.c_str(), static_cast<int>(j), "differs from the single steps");
          break;
        }
      }
    }
  });
}

Network::ConvOptions relu(int kernel, Algorithm algorithm = Algorithm::kDirect) {
  return {kernel, 1, 1, algorithm, ActivationKind::kRelu};
}

Features fire(Network& network, const Features& x, int lanes) {
  const Features squeezed = network.conv(x, lanes, relu(1));
  return network.concat({network.conv(squeezed, 2 * lanes, relu(1)),
                         network.conv(squeezed, 2 * lanes, relu(3, Algorithm::kWinograd))});
}

Features denseLayer(Network& network, const Features& x, int growth) {
  return network.conv(network.conv(network.batchNorm(x), 2 * growth, relu(1)), growth, 3);
}

}  // namespace

TEST(fireModules) {
  checkNetwork(
      [](Network& network, int lanes) {
        Features x = network.conv(network.input(3, 15), lanes, 3);
        x = network.pool(StepKind::kMaxPool, fire(network, fire(network, x, lanes), lanes), 3, 2);
        network.output(network.conv(fire(network, x, lanes), 5, 1));
      },
      {kInPlace, kInPlace, kInPlace});
}

// All that came before is concatenated again for every layer.
TEST(denseBlocks) {
  checkNetwork(
      [](Network& network, int lanes) {
        std::vector<Features> all = {network.conv(network.input(3, 9), 4 * lanes, 3)};
        Features x = all[0];
        for (int i = 0; i < 4; ++i) {
          all.push_back(denseLayer(network, x, lanes));
          x = network.concat(all);
        }
        network.output(network.conv(network.batchNorm(x), 7, 1));
      },
      {kInPlace, kInPlace, kInPlace, kInPlace});
}

TEST(denseBlocksThatConcatenateConcatenations) {
  checkNetwork(
      [](Network& network, int lanes) {
        Features x = network.conv(network.input(3, 9), 2 * lanes, 3);
        for (int i = 0; i < 4; ++i) x = network.concat({x, denseLayer(network, x, lanes)});
        network.output(network.globalAverage(network.conv(network.batchNorm(x), 9 * lanes, 1)));
      },
      {kInPlace, kInPlace, kInPlace, kInPlace});
}

// While the large tensor before the block is in use, there is no room for all that is to come; but what was
// copied once needs no second copy.
TEST(aBlockThatBeginsWhereMemoryIsScarce) {
  checkNetwork(
      [](Network& network, int lanes) {
        const Features stem = network.conv(network.input(3, 24), 4 * lanes, 3);
        std::vector<Features> all = {network.pool(StepKind::kMaxPool, stem, 3, 2)};
        Features x = all[0];
        for (int i = 0; i < 4; ++i) {
          all.push_back(denseLayer(network, x, lanes));
          x = network.concat(all);
        }
        network.output(network.conv(network.conv(x, 15 * lanes, 1), 7, 1));
      },
      {partly(1, 2), kInPlace, kInPlace, kInPlace});
}

TEST(aSkipAcrossSmallerFeatures) {
  checkNetwork(
      [](Network& network, int lanes) {
        const Features skip = network.conv(network.input(3, 12), lanes, relu(3));
        Features x = network.pool(StepKind::kMaxPool, skip, 3, 2);
        x = network.conv(x, 2 * lanes, relu(3, Algorithm::kWinograd));
        x = network.concat({skip, network.upsampled(x)});
        network.output(network.conv(x, 3, relu(3, Algorithm::kWinograd)));
      },
      {kInPlace});
}

// Of each kind that leaves blocks, with a neighbour on either side. Some consumers want room around the
// planes.
TEST(everyProducerAndConsumer) {
  checkNetwork(
      [](Network& network, int lanes) {
        const Features x = network.conv(network.input(3, 10), lanes, 3);
        Network::ConvOptions depthwise = {3, 1, lanes, Algorithm::kDepthwise, ActivationKind::kSilu};
        const std::vector<Features> parts = {
            network.conv(x, lanes, depthwise),
            network.conv(x, lanes, {3, 1, 1, Algorithm::kWinograd}),
            network.conv(x, 2 * lanes, {5, 1, 1, Algorithm::kDirect}),
            network.pool(StepKind::kMaxPool, x, 3, 1),
            network.pool(StepKind::kAvgPool, x, 3, 1),
            network.batchNorm(x),
            network.negated(x),
            network.activation(x, ActivationKind::kSigmoid),
            network.product(x, x),
            network.product(x, network.globalAverage(x)),
            network.upsampled(network.pool(StepKind::kMaxPool, x, 3, 2)),
            network.channels(network.conv(x, 3 * lanes, 1), lanes / 2, lanes),
        };
        const Features all = network.concat(parts);
        // Of slices by themselves.
        for (const Features& part : {parts[1], parts[4], parts[8]}) {
          network.output(network.conv(part, 4, {3, 1, 1, Algorithm::kWinograd}));
          network.output(network.conv(network.activation(part, ActivationKind::kTanh), 4, 3));
          network.output(network.conv(network.negated(part), 4, 1));
          network.output(network.conv(network.product(part, network.globalAverage(x)), 4, 1));
          network.output(network.conv(network.pool(StepKind::kAvgPool, part, 3, 2), 4, 1));
          network.output(network.upsampled(network.conv(network.upsampled(part), lanes, 1)));
        }
        depthwise.groups = all.channels;
        for (const Features& y :
             {network.conv(all, all.channels, depthwise), network.conv(all, lanes, {3, 2}),
              network.conv(all, 5, {3, 1, 1, Algorithm::kWinograd}),
              network.pool(StepKind::kMaxPool, all, 3, 2), network.globalAverage(all),
              network.channels(network.activation(all, ActivationKind::kGelu), lanes, 2 * lanes),
              network.product(all, network.globalAverage(all)), network.upsampled(all)}) {
          network.output(network.conv(y, 4, 1));
        }
      },
      {kInPlace});
}

TEST(anInputAmongTheOperandsIsCopied) {
  checkNetwork(
      [](Network& network, int lanes) {
        const Features a = network.input(lanes, 7), b = network.input(3, 7);
        const Features first = network.conv(a, 2 * lanes, 1), second = network.conv(a, lanes, 3);
        network.output(network.conv(network.concat({first, a, second, b}), 4, 3));
      },
      {partly(2, 4)});
}

TEST(aSlotCanOnlyLieInOneConcatenation) {
  checkNetwork(
      [](Network& network, int lanes) {
        const Features x = network.conv(network.input(3, 8), lanes, 3);
        const Features a = network.conv(x, lanes, 1), b = network.conv(x, lanes, 3),
                       c = network.conv(x, lanes, 1);
        const Features ba = network.concat({b, a}), abc = network.concat({a, b, c});
        network.output(network.conv(ba, 4, 1));
        network.output(network.conv(abc, 4, 1));
      },
      {kCopied, kInPlace});
}

TEST(anOperandTwice) {
  checkNetwork(
      [](Network& network, int lanes) {
        const Features a = network.conv(network.input(lanes, 8), lanes, 3);
        network.output(network.conv(network.conv(network.concat({a, a}), 8 * lanes, 3), 4, 1));
      },
      {partly(1, 2)});
}

TEST(resultsAndOperandsThatAreOutputs) {
  checkNetwork(
      [](Network& network, int lanes) {
        const Features x = network.conv(network.input(3, 8), lanes, 3);
        const Features a = network.conv(x, lanes, 1), b = network.conv(x, 2 * lanes, 3);
        const Features y = network.concat({a, b});
        network.output(a);
        network.output(y);
        network.output(b);
        network.output(network.conv(y, lanes, 3));
      },
      {kInPlace});
}

TEST(residualsFromSlices) {
  checkNetwork(
      [](Network& network, int lanes) {
        const Features x = network.conv(network.input(3, 8), lanes, 3);
        const Features a = network.conv(x, lanes, 1), b = network.conv(x, lanes, 3);
        const Features y = network.concat({a, b});
        for (const Algorithm algorithm : {Algorithm::kDirect, Algorithm::kWinograd}) {
          Network::ConvOptions options = relu(3, algorithm);
          options.residual = b.slot;
          network.output(network.conv(network.conv(y, lanes, options), 3, 1));
        }
        network.output(network.conv(network.activation(x, ActivationKind::kRelu, b.slot), 3, 1));
      },
      {kInPlace});
}

// The last operand alone may have a block that is not full.
TEST(channelsThatDoNotFillBlocks) {
  checkNetwork(
      [](Network& network, int lanes) {
        const Features x = network.conv(network.input(3, 8), lanes, 3);
        auto some = [&](int channels) { return network.conv(x, channels, 3); };
        const Features last = network.concat({some(lanes), some(2 * lanes), some(5)});
        const Features middle = network.concat({some(lanes), some(5), some(lanes), some(3)});
        const Features first = network.concat({some(5), some(lanes)});
        const Features filled = network.concat({some(lanes - 1), some(1), some(lanes)});
        for (const Features& y : {last, middle, first, filled}) {
          network.output(network.conv(network.conv(y, 19 * lanes, 3), 4, 1));
        }
      },
      {kInPlace, partly(1, 4), kCopied, partly(1, 3)});
}

// Its sums would begin elsewhere with a halo between rows, and another reader's wish for one would be its
// too.
TEST(aMeanIsNotGivenAHalo) {
  checkNetwork(
      [](Network& network, int lanes) {
        const Features x = network.conv(network.input(3, 19), lanes, 3);
        const Features a = network.conv(x, lanes, 1), b = network.conv(x, lanes, 1);
        network.output(network.conv(a, 3, {5, 1, 1, Algorithm::kDirect}));
        const Features y = network.concat({a, b});
        network.output(network.conv(network.product(y, network.mean(y)), 3, 1));
      },
      {partly(1, 2)});
}

// A small tensor that waits for a large one: to make room for both would take more memory than to copy.
TEST(memoryComesFirst) {
  checkNetwork(
      [](Network& network, int lanes) {
        Features x = network.conv(network.input(3, 12), 3 * lanes, 3);
        const Features early = network.conv(x, lanes, 1);
        x = network.conv(network.conv(x, 9 * lanes, 3), 3 * lanes, 3);
        x = network.conv(x, 7 * lanes, 1);
        network.output(network.conv(network.concat({x, early}), 3, 1));
      },
      {partly(1, 2)});
}

TEST_MAIN()
