// Convolutions of few channels a group on plain values, on every instruction set, against plain loops.

#include "ops/narrow_conv.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "core/thread_pool.h"
#include "program_builder.h"
#include "test/independence.h"
#include "test/op_runner.h"

namespace convkit::test {
namespace {

constexpr float kGuard = 12345.75f;
constexpr int64_t kGuards = 40;

struct NarrowCase {
  ConvGeometry geometry{};
  Activation activation{ActivationKind::kIdentity, 0, 0};
  std::vector<float> x, weight, bias, slope, residual;  // the last three may be empty
};

struct Sums {
  std::vector<double> y, magnitude;
};

double activated(const Activation& a, double v, double slope) {
  switch (a.kind) {
    case ActivationKind::kRelu:
      return v < 0 ? 0 : v;
    case ActivationKind::kSilu:
      return v / (1 + std::exp(-v));
    case ActivationKind::kPrelu:
      return v > 0 ? v : v * slope;
    case ActivationKind::kClip:
      return v < a.alpha ? a.alpha : v > a.beta ? a.beta : v;
    default:
      return v;
  }
}

// Padding is multiplied like any pixel.
Sums plainLoops(const NarrowCase& test) {
  const ConvGeometry& g = test.geometry;
  const Window& w = g.window;
  Sums sums;
  size_t at = 0;
  for (int64_t row = 0; row < int64_t{g.batch} * g.out_channels * w.output.h; ++row) {
    const int oh = static_cast<int>(row % w.output.h),
              oc = static_cast<int>(row / w.output.h % g.out_channels);
    const int64_t image = row / w.output.h / g.out_channels;
    for (int ow = 0; ow < w.output.w; ++ow, ++at) {
      double sum = test.bias.empty() ? 0 : test.bias[oc], magnitude = 1;
      for (int64_t k = 0; k < int64_t{g.inPerGroup()} * w.kernel.volume(); ++k) {
        const int kw = static_cast<int>(k % w.kernel.w), kh = static_cast<int>(k / w.kernel.w % w.kernel.h);
        const int64_t ic = oc / g.outPerGroup() * g.inPerGroup() + k / w.kernel.volume();
        const int h = oh * w.stride.h + kh * w.dilation.h - w.pad_top;
        const int v = ow * w.stride.w + kw * w.dilation.w - w.pad_left;
        const bool inside = h >= 0 && h < w.input.h && v >= 0 && v < w.input.w;
        const double pixel =
            inside ? test.x[((image * g.in_channels + ic) * w.input.h + h) * w.input.w + v] : 0.0;
        const double product = pixel * test.weight[oc * int64_t{g.inPerGroup()} * w.kernel.volume() + k];
        sum += product;
        magnitude += std::fabs(product);
      }
      if (!test.residual.empty()) sum += test.residual[at];
      const double slope = test.slope.empty() ? 0 : test.slope[test.slope.size() == 1 ? 0 : oc];
      sums.y.push_back(activated(test.activation, sum, slope));
      sums.magnitude.push_back(magnitude);
    }
  }
  return sums;
}

int64_t outputSize(const ConvGeometry& g) {
  return int64_t{g.batch} * g.out_channels * g.window.output.volume();
}

struct RunOptions {
  Isa isa;
  int threads = 1;
  bool in_place = false;  // y is the residual
};

// The op by itself, its result between guards.
std::vector<float> runOp(const NarrowCase& test, const RunOptions& options) {
  const ConvGeometry& g = test.geometry;
  std::vector<std::vector<float>> memory = {test.x, {}, test.bias, test.residual, test.slope, {}};
  const Packing packing = narrowWeightPacking(g);
  memory[1].resize(packing.size);
  for (int64_t piece = 0; piece < packing.pieces; ++piece)
    packing.pack(test.weight.data(), memory[1].data(), piece);
  memory[5].assign(outputSize(g) + 2 * kGuards, kGuard);
  float* y = memory[5].data() + kGuards;
  if (options.in_place) std::copy(test.residual.begin(), test.residual.end(), y);

  void* values[6];
  Value operands[6];
  for (int i = 0; i < 6; ++i) {
    values[i] = memory[i].data();
    const Dims dims{1, static_cast<int32_t>(memory[i].size()), {1, 1, 1}};
    if (!memory[i].empty()) operands[i] = {i, plainLayout(dims)};
  }
  values[5] = y;
  if (options.in_place) values[3] = y;
  const NarrowConvOperands given{operands[0], operands[1], operands[2],
                                 operands[3], operands[4], operands[5]};
  const std::unique_ptr<Op> op = makeNarrowConvOp(g, test.activation, given, options.isa);
  CHECK_EQUAL(op->threadScratchBytes(), size_t{0});
  op->run({values, options.threads, nullptr, 0, nullptr});
  for (int64_t i = 0; i < kGuards; ++i) {
    CHECK_EQUAL(memory[5][i], kGuard);
    CHECK_EQUAL(memory[5][kGuards + outputSize(g) + i], kGuard);
  }
  return std::vector<float>(y, y + outputSize(g));
}

bool near(const std::vector<float>& got, const Sums& want) {
  for (size_t i = 0; i < got.size(); ++i) {
    if (std::isnan(want.y[i]) || std::isinf(want.y[i])) {
      if (!same(got[i], static_cast<float>(want.y[i]))) return false;
    } else if (!(std::fabs(got[i] - want.y[i]) <= 2e-6 * want.magnitude[i])) {
      return false;
    }
  }
  return true;
}

void check(const NarrowCase& test, const RunOptions& options, const Sums& want) {
  const bool good = near(runOp(test, options), want);
  CHECK(good);
  if (good) return;
  std::printf("  %s, activation %d, fields:", isaName(options.isa), static_cast<int>(test.activation.kind));
  for (const int field : convFields(test.geometry)) std::printf(" %d", field);
  std::printf("\n");
}

// Sizes of the output are chosen and the input is made to fit, perhaps with pixels that no window reaches.
NarrowCase makeCase(std::mt19937& random, Extent3 output, Extent3 kernel, Extent3 stride, Extent3 dilation) {
  auto pick = [&](int most) { return static_cast<int>(random() % (most + 1)); };
  NarrowCase test;
  ConvGeometry& g = test.geometry;
  const int in_group = 1 + pick(2) * pick(2), out_group = 1 + pick(6) * pick(1);
  g = {1 + pick(1), 0, 0, 1 + pick(3), {{1, 1, 1}, output, kernel, stride, dilation, 0, 0, 0, 0, 0, 0}};
  g.in_channels = g.groups * in_group;
  g.out_channels = g.groups * out_group;
  Window& w = g.window;
  auto fit = [&](int out, int k, int s, int d, int* before, int* after) {
    const int span = (out - 1) * s + d * (k - 1) + 1;
    *before = std::min(pick(d * (k - 1) + 1), span - 1);
    *after = std::min(pick(d * (k - 1) + 1), span - 1 - *before);
    return span - *before - *after + pick(s - 1);
  };
  w.input.h = fit(output.h, kernel.h, stride.h, dilation.h, &w.pad_top, &w.pad_bottom);
  w.input.w = fit(output.w, kernel.w, stride.w, dilation.w, &w.pad_left, &w.pad_right);
  const uint32_t seed = random();
  test.x = randomReals(int64_t{g.batch} * g.in_channels * w.input.volume(), seed);
  test.weight = randomReals(int64_t{g.out_channels} * in_group * kernel.volume(), seed + 1);
  if (pick(2) > 0) test.bias = randomReals(g.out_channels, seed + 2);
  if (pick(1) > 0) test.residual = randomReals(outputSize(g), seed + 3);
  const ActivationKind kinds[] = {ActivationKind::kIdentity, ActivationKind::kRelu, ActivationKind::kSilu,
                                  ActivationKind::kPrelu, ActivationKind::kClip};
  test.activation = {kinds[pick(4)], -1, 2};
  if (test.activation.kind == ActivationKind::kPrelu)
    test.slope = randomReals(pick(1) > 0 ? g.out_channels : 1, seed + 4);
  return test;
}

}  // namespace

// Output planes on both sides of every tile's edge: rows in 1 to 4 and 7, vectors one and two abreast, with
// strides that share rows.
TEST(squareKernelsEqualPlainLoops) {
  std::mt19937 random(20250301);
  for (const int size : {3, 5, 7}) {
    for (const int stride : {1, 2}) {
      for (int i = 0; i < 60; ++i) {
        const int heights[] = {2, 3, 4, 5, 7, 8, 13, 14, 17};
        const int lanes = 4 << random() % 3, vectors = 1 + static_cast<int>(random() % 4);
        const int width = std::max(1, lanes * vectors + static_cast<int>(random() % 3) - 1);
        const NarrowCase test = makeCase(random, {1, heights[random() % 9], width}, {1, size, size},
                                         {1, stride, stride}, {1, 1, 1});
        const Sums want = plainLoops(test);
        forEachIsa([&](Isa isa) { check(test, {isa}, want); });
      }
    }
  }
}

TEST(anyKernelEqualsPlainLoops) {
  std::mt19937 random(20250302);
  auto pick = [&](std::initializer_list<int> choices) { return choices.begin()[random() % choices.size()]; };
  for (int i = 0; i < 250; ++i) {
    const int lanes = pick({4, 8, 16}), vectors = pick({1, 2, 3, 4, 5, 8});
    const Extent3 output{1, pick({1, 1, 2, 5, 9}), std::max(1, lanes * vectors + pick({-1, 0, 1}))};
    const NarrowCase test = makeCase(random, output, {1, pick({1, 2, 3, 4, 5}), pick({1, 2, 3, 4, 9})},
                                     {1, pick({1, 2, 3}), pick({1, 2})}, {1, pick({1, 2}), pick({1, 1, 3})});
    const Sums want = plainLoops(test);
    forEachIsa([&](Isa isa) { check(test, {isa}, want); });
  }
}

TEST(theResultMayReplaceTheResidual) {
  std::mt19937 random(20250303);
  for (int i = 0; i < 40; ++i) {
    NarrowCase test =
        makeCase(random, {1, 2 + i % 9, 1 + i}, {1, 3, 3}, {1, 1 + i % 2, 1 + i % 2}, {1, 1, 1});
    test.residual = randomReals(outputSize(test.geometry), 7);
    const Sums want = plainLoops(test);
    forEachIsa([&](Isa isa) { check(test, {isa, 1, true}, want); });
  }
}

// An infinite weight meets the padding's zeros, an infinite pixel the zero weights.
TEST(valuesThatAreNotFiniteSpreadAsInThePlainSum) {
  std::mt19937 random(20250304);
  for (int i = 0; i < 60; ++i) {
    NarrowCase test = makeCase(random, {1, 1 + i % 7, 3 + i}, {1, 3, i % 3 == 0 ? 2 : 3},
                               {1, 1 + i % 2, 1 + i % 2}, {1, 1, 1});
    const float values[] = {INFINITY, -INFINITY, NAN};
    test.activation = {i % 4 == 0 ? ActivationKind::kRelu : ActivationKind::kIdentity, 0, 0};
    (i % 2 ? test.weight[random() % test.weight.size()] : test.x[random() % test.x.size()]) = values[i % 3];
    const Sums want = plainLoops(test);
    forEachIsa([&](Isa isa) {
      const std::vector<float> got = runOp(test, {isa});
      for (size_t k = 0; k < got.size(); ++k) {
        // The sign of an infinite sum and whether it is a NaN are decided; the rest is for the other tests.
        if (!std::isfinite(want.y[k])) CHECK(same(got[k], static_cast<float>(want.y[k])));
        if (std::isfinite(want.y[k])) CHECK(std::isfinite(got[k]));
      }
    });
  }
}

TEST(threadsAndTheBatchLeaveNoTrace) {
  std::mt19937 random(20250305);
  for (int i = 0; i < 12; ++i) {
    const int sizes[] = {3, 5, 7, 4}, size = sizes[i % 4], stride = 1 + i / 4 % 2;
    NarrowCase test = makeCase(random, {1, 40 + i, 50 + i}, {1, size, size}, {1, stride, stride}, {1, 1, 1});
    ConvGeometry& g = test.geometry;
    g.batch = 3;
    const int64_t image = int64_t{g.in_channels} * g.window.input.volume();
    test.x = randomReals(3 * image, i);
    test.residual.clear();
    checkThreadsAndBatch(test, [](const NarrowCase& one, Isa isa, int threads) {
      return runOp(one, {isa, threads});
    });
  }
}

// In a program of one step, with weights that are constants and that are not.
TEST(thePlannerTakesItWhereNobodyWantsBlocks) {
  const ConvGeometry g{
      2, 12, 12, 12, {{1, 9, 20}, {1, 9, 20}, {1, 3, 3}, {1, 1, 1}, {1, 1, 1}, 0, 0, 1, 1, 1, 1}};
  NarrowCase test;
  test.geometry = g;
  test.x = randomIntegers(2 * 12 * 180, 1);
  test.weight = randomIntegers(12 * 9, 2);
  const Sums want = plainLoops(test);
  forEachIsa([&](Isa isa) {
    for (const bool constant : {false, true}) {
      ProgramBuilder builder;
      const int x = builder.input(static_cast<int64_t>(test.x.size()));
      const int weight = constant ? builder.constant(test.weight) : builder.input(12 * 9);
      const int y = builder.slot(outputSize(g));
      builder.step(StepKind::kConv, {x, weight, kNoSlot, kNoSlot, kNoSlot}, {y}, convFields(g));
      builder.output(y);
      const auto program = Program::create(builder.spec(), isa);
      CHECK_EQUAL(program->describe()[0].algorithm, std::string("depthwise"));
      CHECK(program->describe()[0].reason.find("pixels in lanes") != std::string::npos);
      std::vector<float> result(outputSize(g), NAN);
      const void* inputs[] = {test.x.data(), test.weight.data()};
      void* outputs[] = {result.data()};
      program->run(inputs, outputs, nullptr);
      CHECK(near(result, want));
    }
  });
}

}  // namespace convkit::test

TEST_MAIN()
