// Whole programs: layouts and halos between steps, aliases, outputs that are also operands, memory.

#include <cmath>
#include <random>
#include <string>
#include <thread>

#include "core/memory.h"
#include "core/thread_pool.h"
#include "harness.h"
#include "program_builder.h"

namespace convkit::test {
namespace {

std::vector<float> integers(unsigned seed, int64_t count) {
  std::mt19937 random(seed);
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(static_cast<int>(random() % 5) - 2);
  return values;
}

std::vector<int> poolFields(int batch, int channels, const Window& window) {
  std::vector<int> fields = {batch, channels};
  const std::vector<int> rest = windowFields(window);
  fields.insert(fields.end(), rest.begin(), rest.end());
  return fields;
}

constexpr int kBatch = 2;

// conv 3→20 (relu) · maxPool · conv 20→33 with 5×5 and padding 2 · batchNorm · activation with the
// convolution's result as residual · reshape · linear. The slots after each step are outputs if
// `all` is set, so that every value exists both blocked and plain.
struct Network {
  std::vector<float> x = integers(1, kBatch * 3 * 12 * 12), w1 = integers(2, 20 * 3 * 9),
                     b1 = integers(3, 20);
  std::vector<float> w2 = integers(4, 33 * 20 * 25), mean = integers(5, 33),
                     variance = std::vector<float>(33, 1.0f);
  std::vector<float> w3 = integers(6, 10 * 33 * 36);
  std::vector<int64_t> sizes;

  std::shared_ptr<const Program> build(Isa isa, bool all) {
    ProgramBuilder builder;
    sizes.clear();
    auto out = [&](int64_t size, bool last) {
      const int id = builder.slot(size);
      if (all || last) {
        builder.output(id);
        sizes.push_back(size);
      }
      return id;
    };
    const ConvGeometry g1{kBatch, 3, 20, 1, squareWindow(12, 3, 1, 1)},
        g2{kBatch, 20, 33, 1, squareWindow(6, 5, 1, 2)};
    const int in = builder.input(static_cast<int64_t>(x.size()));
    const int c1 = builder.constant(w1), c2 = builder.constant(b1), c3 = builder.constant(w2);
    const int c4 = builder.constant(mean), c5 = builder.constant(variance), c6 = builder.constant(w3);
    ProgramBuilder::Extras relu, eps;
    relu.activation.kind = ActivationKind::kRelu;
    eps.scalars = {0.0};
    const int conv1 = out(kBatch * 20 * 144, false);
    builder.step(StepKind::kConv, {in, c1, c2, kNoSlot, kNoSlot}, {conv1}, convFields(g1), relu);
    const int pool = out(kBatch * 20 * 36, false);
    builder.step(StepKind::kMaxPool, {conv1}, {pool, kNoSlot},
                 poolFields(kBatch, 20, squareWindow(12, 2, 2, 0)));
    const int conv2 = out(kBatch * 33 * 36, false);
    builder.step(StepKind::kConv, {pool, c3, kNoSlot, kNoSlot, kNoSlot}, {conv2}, convFields(g2));
    const int norm = out(kBatch * 33 * 36, false);
    builder.step(StepKind::kBatchNorm, {conv2, c4, c5, kNoSlot, kNoSlot}, {norm}, {kBatch, 33, 36}, eps);
    const int sum = out(kBatch * 33 * 36, false);
    builder.step(StepKind::kActivation, {norm, conv2, kNoSlot}, {sum}, {kBatch, 33, 36}, relu);
    const int flat = out(kBatch * 33 * 36, false);
    builder.step(StepKind::kReshape, {sum}, {flat}, {kBatch * 33 * 36});
    const int y = out(kBatch * 10, true);
    builder.step(StepKind::kLinear, {flat, c6, kNoSlot, kNoSlot, kNoSlot}, {y}, {kBatch, 33 * 36, 10});
    return Program::create(builder.spec(), isa);
  }

  std::vector<std::vector<float>> run(const Program& program) const {
    std::vector<std::vector<float>> results;
    for (const int64_t size : sizes) results.emplace_back(size, NAN);
    std::vector<void*> outputs;
    for (auto& result : results) outputs.push_back(result.data());
    const void* inputs[] = {x.data()};
    program.run(inputs, outputs.data(), nullptr);
    return results;
  }
};

}  // namespace

TEST(intermediateValuesAreTheSameInEveryLayout) {
  Network network;
  std::vector<std::vector<float>> reference;
  for (const Isa isa : runnableIsas()) {
    const auto last = network.run(*network.build(isa, false)).back();
    const auto every = network.run(*network.build(isa, true));
    CHECK_EQUAL(every.size(), size_t{7});
    CHECK(every.back() == last);
    CHECK(every[4] == every[5]);
    if (reference.empty()) reference = every;
    for (size_t i = 0; i < every.size(); ++i) CHECK(every[i] == reference[i]);
  }
}

TEST(aPreparedRunAllocatesNothing) {
  Network network;
  const auto program = network.build(activeIsa(), false);
  network.run(*program);
  const uint64_t before = allocationCount();
  for (int i = 0; i < 10; ++i) network.run(*program);
  CHECK_EQUAL(allocationCount(), before);
}

TEST(manyRunsAtOnceDoNotDisturbEachOther) {
  Network network;
  const auto program = network.build(activeIsa(), true);
  const auto expected = network.run(*program);
  std::vector<std::vector<std::vector<float>>> results(4);
  std::vector<std::thread> threads;
  for (auto& result : results) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) result = network.run(*program);
    });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& result : results) CHECK(result == expected);
}

TEST(anInputMayBeAnOutputTwice) {
  ProgramBuilder builder;
  const int x = builder.input(6);
  const int y = builder.slot(6);
  builder.step(StepKind::kReshape, {x}, {y}, {6});
  builder.output(y);
  builder.output(x);
  const auto program = Program::create(builder.spec());
  const std::vector<float> in = {1, 2, 3, 4, 5, 6};
  std::vector<float> a(6), b(6);
  const void* inputs[] = {in.data()};
  void* outputs[] = {a.data(), b.data()};
  program->run(inputs, outputs, nullptr);
  CHECK(a == in && b == in);
}

TEST(aCancelledRunStops) {
  Network network;
  const auto program = network.build(activeIsa(), false);
  const std::atomic<bool> cancelled{true};
  std::vector<float> y(kBatch * 10);
  const void* inputs[] = {network.x.data()};
  void* outputs[] = {y.data()};
  CHECK_THROWS(program->run(inputs, outputs, &cancelled), Cancelled);
}

TEST(inconsistentSpecsAreRefused) {
  const ConvGeometry g{1, 2, 3, 1, squareWindow(5, 3, 1, 0)};
  auto build = [&](std::vector<int> operands, int y_size, std::vector<int> fields) {
    ProgramBuilder builder;
    builder.input(50);
    builder.input(54);
    builder.slot(y_size);
    builder.step(StepKind::kConv, operands, {2}, fields);
    builder.output(2);
    return Program::create(builder.spec());
  };
  const std::vector<int> fields = convFields(g), operands = {0, 1, kNoSlot, kNoSlot, kNoSlot};
  CHECK(build(operands, 27, fields) != nullptr);
  CHECK_THROWS(build(operands, 28, fields), std::invalid_argument);
  CHECK_THROWS(build({0, 2, kNoSlot, kNoSlot, kNoSlot}, 27, fields), std::invalid_argument);
  CHECK_THROWS(build({0, 99, kNoSlot, kNoSlot, kNoSlot}, 27, fields), std::invalid_argument);
  CHECK_THROWS(build({0, kNoSlot, kNoSlot, kNoSlot, kNoSlot}, 27, fields), std::invalid_argument);
  // Any single number of the geometry put wrong must be noticed.
  for (size_t i = 0; i < fields.size(); ++i) {
    for (const int wrong : {-1, 0, 1 << 30, INT32_MAX}) {
      std::vector<int> bad = fields;
      bad[i] = wrong;
      if (bad == fields) continue;
      CHECK_THROWS(build(operands, 27, bad), std::invalid_argument);
    }
  }
}

}  // namespace convkit::test

TEST_MAIN()
