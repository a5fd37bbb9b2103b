// Sampling steps in programs: their sizes, their tables, their layouts between convolutions.

#include <algorithm>
#include <cmath>
#include <string>

#include "core/memory.h"
#include "core/thread_pool.h"
#include "program_builder.h"
#include "test/harness.h"
#include "test/op_runner.h"

namespace convkit::test {
namespace {

// One step whose operands are inputs of these sizes and whose results are outputs.
struct Single {
  StepKind kind;
  std::vector<int64_t> operands, results;
  std::vector<int> geometry;
  std::vector<double> scalars;
  size_t sizes;  // geometry fields that slot sizes depend on, from the first on
};

std::vector<Single> singles() {
  return {{StepKind::kGather, {2 * 5 * 3, 4}, {2 * 4 * 3}, {2, 5, 3, 4}, {}, 4},
          {StepKind::kTopK, {2 * 5 * 3}, {2 * 2 * 3, 2 * 2 * 3}, {2, 5, 3, 2, 1}, {}, 4},
          {StepKind::kNonMaxSuppression,
           {2 * 6 * 4, 2 * 3 * 6},
           {2 * 3 * 4 * 3, 1},
           {2, 3, 6, 4, 0},
           {0.5, 0},
           4},
          {StepKind::kResample, {2 * 5 * 3, 8, 8, 4}, {2 * 4 * 3}, {2, 5, 3, 4, 2}, {}, 5},
          {StepKind::kNormalize, {6 * 7}, {6 * 7}, {6, 7}, {1e-5}, 2},
          {StepKind::kLrn, {2 * 5 * 3}, {2 * 5 * 3}, {2, 5, 3, 5}, {1, 0.75, 1}, 3},
          {StepKind::kGridSample,
           {2 * 3 * 4 * 5, 2 * 6 * 7 * 2},
           {2 * 3 * 6 * 7},
           {2, 3, 4, 5, 6, 7, 2, 2, 1},
           {},
           6},
          {StepKind::kLogSoftmax, {2 * 5 * 3}, {2 * 5 * 3}, {2, 5, 3}, {}, 3}};
}

std::shared_ptr<const Program> build(const Single& step, Isa isa = Isa::kBaseline) {
  ProgramBuilder builder;
  std::vector<int> operands, results;
  for (const int64_t size : step.operands) operands.push_back(builder.input(size));
  for (const int64_t size : step.results) results.push_back(builder.slot(size));
  for (const int slot : results) builder.output(slot);
  ProgramBuilder::Extras extras;
  extras.scalars = step.scalars;
  builder.step(step.kind, operands, results, step.geometry, extras);
  return Program::create(builder.spec(), isa);
}

std::vector<std::vector<float>> run(const Program& program, const std::vector<std::vector<float>>& inputs) {
  std::vector<const void*> from;
  for (const auto& input : inputs) from.push_back(input.data());
  std::vector<std::vector<float>> results;
  for (const Program::Port& port : program.outputs())
    results.emplace_back(static_cast<size_t>(port.size), 7.0f);
  std::vector<void*> to;
  for (auto& result : results) to.push_back(result.data());
  program.run(from.data(), to.data(), nullptr);
  return results;
}

}  // namespace

TEST(everyKindRunsAndAllocatesOnce) {
  for (const Isa isa : runnableIsas()) {
    for (const Single& step : singles()) {
      const std::shared_ptr<const Program> program = build(step, isa);
      // Numbers that are indices for every step.
      std::vector<std::vector<float>> inputs;
      for (const int64_t size : step.operands) {
        inputs.push_back(randomIntegers(size, 20));
        for (float& value : inputs.back()) value = std::fmod(std::fabs(value), 5.0f);
      }
      const auto first = run(*program, inputs);
      const uint64_t before = allocationCount();
      const auto second = run(*program, inputs);
      CHECK_EQUAL(allocationCount(), before);
      for (size_t i = 0; i < first.size(); ++i) checkSame(first[i], second[i], "second run");
      CHECK_EQUAL(program->describe().size(), size_t{1});
    }
  }
}

TEST(wrongSizesAreRefused) {
  for (const Single& step : singles()) {
    for (size_t i = 0; i < step.operands.size(); ++i) {
      Single wrong = step;
      ++wrong.operands[i];
      CHECK_THROWS(build(wrong), std::invalid_argument);
    }
    for (size_t i = 0; i < step.results.size(); ++i) {
      Single wrong = step;
      --wrong.results[i];
      CHECK_THROWS(build(wrong), std::invalid_argument);
    }
    for (size_t i = 0; i < step.sizes; ++i) {
      for (const int bad : {0, -1, INT32_MIN, step.geometry[i] + 1}) {
        Single wrong = step;
        wrong.geometry[i] = bad;
        CHECK_THROWS(build(wrong), std::invalid_argument);
      }
    }
    Single huge = step;
    for (size_t i = 0; i < step.sizes; ++i) huge.geometry[i] = INT32_MAX;
    CHECK_THROWS(build(huge), std::invalid_argument);
  }
}

TEST(kLiesWithinTheLine) {
  CHECK_THROWS(build({StepKind::kTopK, {10}, {11, 11}, {1, 10, 1, 11, 1}, {}, 4}), std::invalid_argument);
  CHECK_EQUAL(
      run(*build({StepKind::kTopK, {10}, {10, 10}, {1, 10, 1, 10, 1}, {}, 4}), {randomReals(10, 1)}).size(),
      size_t{2});
}

TEST(constantTablesAreCheckedWhenPlanned) {
  for (const float bad : {-1.0f, 3.0f, 0.5f, NAN}) {
    const std::vector<float> indices = {0, 2, bad}, weights = {1, 1, 1};
    ProgramBuilder builder;
    const int x = builder.input(3), y = builder.slot(3);
    builder.output(y);
    builder.step(StepKind::kResample, {x, builder.constant(indices), builder.constant(weights), kNoSlot}, {y},
                 {1, 3, 1, 3, 1});
    CHECK_THROWS(Program::create(builder.spec()), std::invalid_argument);
  }
}

TEST(constantIndicesOfAGatherThatAreBadFailTheRun) {
  const std::vector<float> good = {0, -3, 2}, bad = {0, -4, 2};
  for (const auto* indices : {&good, &bad}) {
    ProgramBuilder builder;
    const int x = builder.input(3), y = builder.slot(3);
    builder.output(y);
    builder.step(StepKind::kGather, {x, builder.constant(*indices)}, {y}, {1, 3, 1, 3});
    const std::shared_ptr<const Program> program = Program::create(builder.spec());
    if (indices == &bad) {
      CHECK_THROWS(run(*program, {{5, 6, 7}}), RunError);
    } else {
      checkSame(run(*program, {{5, 6, 7}})[0], {5, 5, 7}, "y");
    }
  }
}

TEST(aStepThatFailsLateLeavesEarlierOutputsUntouched) {
  ProgramBuilder builder;
  const int x = builder.input(12), indices = builder.input(2);
  const int soft = builder.slot(12), y = builder.slot(8), last = builder.slot(8);
  builder.step(StepKind::kLogSoftmax, {x}, {soft}, {3, 4, 1});
  builder.step(StepKind::kGather, {soft, indices}, {y}, {1, 3, 4, 2}, {});
  builder.step(StepKind::kLogSoftmax, {y}, {last}, {2, 4, 1});
  for (const int slot : {soft, y, last}) builder.output(slot);
  const std::shared_ptr<const Program> program = Program::create(builder.spec());
  const std::vector<float> input = randomReals(12, 2);
  const std::vector<float> bad = {0, 3};
  std::vector<std::vector<float>> results = {std::vector<float>(12, 7), std::vector<float>(8, 7),
                                             std::vector<float>(8, 7)};
  const void* from[] = {input.data(), bad.data()};
  void* to[] = {results[0].data(), results[1].data(), results[2].data()};
  CHECK_THROWS(program->run(from, to, nullptr), RunError);
  for (const auto& result : results) {
    for (const float value : result) CHECK(value == 7);
  }
  const auto good = run(*program, {input, {2, 0}});
  checkSame(
      {good[1].begin(), good[1].end()},
      {good[0][8], good[0][9], good[0][10], good[0][11], good[0][0], good[0][1], good[0][2], good[0][3]},
      "y");
  CHECK(good[2][0] != 7);
}

namespace {

constexpr int kChannels = 24, kSide = 6;

ConvGeometry convGeometry(int size, int in, int out) {
  const Extent3 space{1, size, size}, ones{1, 1, 1};
  return {2, in, out, 1, {space, space, {1, 3, 3}, ones, ones, 0, 0, 1, 1, 1, 1}};
}

// conv · twice the height · twice the width · conv, as a decoder has it. With `all` every value is an output.
struct Upsampling {
  std::vector<float> w1 = randomIntegers(kChannels * kChannels * 9, 21),
                     w2 = randomIntegers(kChannels * 8 * 9, 22);
  std::vector<float> indices, weights;

  std::shared_ptr<const Program> build(Isa isa, int taps, bool all) {
    indices.clear(), weights.clear();
    for (int j = 0; j < 2 * kSide; ++j) {
      for (int t = 0; t < taps; ++t) {
        indices.push_back(static_cast<float>(std::min(j / 2 + t, kSide - 1)));
        weights.push_back(static_cast<float>(t + 1));
      }
    }
    ProgramBuilder builder;
    const int planes = 2 * kChannels, size = planes * kSide * kSide;
    const int x = builder.input(size);
    const int slots[] = {builder.slot(size), builder.slot(2 * size), builder.slot(4 * size),
                         builder.slot(2 * 8 * 4 * kSide * kSide)};
    const int table = builder.constant(indices), factors = builder.constant(weights);
    builder.step(StepKind::kConv, {x, builder.constant(w1), kNoSlot, kNoSlot, kNoSlot}, {slots[0]},
                 convFields(convGeometry(kSide, kChannels, kChannels)));
    builder.step(StepKind::kResample, {slots[0], table, factors, kNoSlot}, {slots[1]},
                 {planes, kSide, kSide, 2 * kSide, taps});
    builder.step(StepKind::kResample, {slots[1], table, factors, kNoSlot}, {slots[2]},
                 {planes * 2 * kSide, kSide, 1, 2 * kSide, taps});
    builder.step(StepKind::kConv, {slots[2], builder.constant(w2), kNoSlot, kNoSlot, kNoSlot}, {slots[3]},
                 convFields(convGeometry(2 * kSide, kChannels, 8)));
    for (int i = all ? 0 : 3; i < 4; ++i) builder.output(slots[i]);
    return Program::create(builder.spec(), isa);
  }
};

}  // namespace

TEST(upsamplingStaysInBlocks) {
  const std::vector<float> x = randomIntegers(2 * kChannels * kSide * kSide, 23);
  for (const int taps : {1, 2}) {
    for (const Isa isa : runnableIsas()) {
      Upsampling network;
      const std::shared_ptr<const Program> program = network.build(isa, taps, false);
      for (const int step : {1, 2}) {
        CHECK(program->describe()[static_cast<size_t>(step)].reason ==
              "channels in lanes, as its operand lies");
      }
      const auto all = run(*network.build(isa, taps, true), {x});
      checkSame(run(*program, {x})[0], all[3], "y");
      for (size_t i = 0; i < all[2].size(); ++i) {
        const size_t w = i % (2 * kSide), h = i / (2 * kSide) % (2 * kSide), plane = i / (4 * kSide * kSide);
        double sum = 0;
        for (int t = 0; t < taps * taps; ++t) {
          const size_t row = std::min<size_t>(h / 2 + static_cast<size_t>(t / taps), kSide - 1);
          const size_t column = std::min<size_t>(w / 2 + static_cast<size_t>(t % taps), kSide - 1);
          sum += (t / taps + 1) * (t % taps + 1) * double{all[0][(plane * kSide + row) * kSide + column]};
        }
        CHECK_EQUAL(all[2][i], static_cast<float>(sum));
      }
    }
  }
}

}  // namespace convkit::test

TEST_MAIN()
