// Depthwise convolutions in blocks, on every instruction set, against plain loops.

#include "ops/depthwise_blocked.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "core/thread_pool.h"
#include "ops/packing.h"
#include "ops/reorder.h"
#include "ops/tap_conv.h"
#include "program_builder.h"
#include "test/independence.h"
#include "test/op_runner.h"

namespace convkit::test {
namespace {

struct DepthwiseCase {
  ConvGeometry geometry{};
  Activation activation{ActivationKind::kIdentity, 0, 0};
  Halo x_halo{}, y_halo{}, residual_halo{};
  std::vector<float> x, weight, bias, slope, residual;  // the last three may be empty
};

const Activation kActivations[] = {
    {ActivationKind::kIdentity, 0, 0},    {ActivationKind::kRelu, 0, 0},      {ActivationKind::kRelu6, 0, 0},
    {ActivationKind::kSigmoid, 0, 0},     {ActivationKind::kTanh, 0, 0},      {ActivationKind::kSilu, 0, 0},
    {ActivationKind::kHardSigmoid, 0, 0}, {ActivationKind::kHardSwish, 0, 0}, {ActivationKind::kGelu, 0, 0},
    {ActivationKind::kLeakyRelu, 0.2, 0}, {ActivationKind::kClip, -1, 2.5},   {ActivationKind::kElu, 1.5, 0},
    {ActivationKind::kPrelu, 0, 0}};

double activated(const Activation& a, double v, double slope) {
  switch (a.kind) {
    case ActivationKind::kRelu:
      return v < 0 ? 0 : v;
    case ActivationKind::kRelu6:
      return v < 0 ? 0 : v > 6 ? 6 : v;
    case ActivationKind::kSigmoid:
      return 1 / (1 + std::exp(-v));
    case ActivationKind::kTanh:
      return std::tanh(v);
    case ActivationKind::kSilu:
      return v / (1 + std::exp(-v));
    case ActivationKind::kHardSigmoid:
      return std::fmin(1, std::fmax(0, v / 6 + 0.5));
    case ActivationKind::kHardSwish:
      return v * std::fmin(1, std::fmax(0, v / 6 + 0.5));
    case ActivationKind::kGelu:
      return v / 2 * (1 + std::erf(v / std::sqrt(2.0)));
    case ActivationKind::kLeakyRelu:
      return v > 0 ? v : v * a.alpha;
    case ActivationKind::kClip:
      return v < a.alpha ? a.alpha : v > a.beta ? a.beta : v;
    case ActivationKind::kElu:
      return v > 0 ? v : a.alpha * std::expm1(v);
    case ActivationKind::kPrelu:
      return v > 0 ? v : v * slope;
    default:
      return v;
  }
}

struct Sums {
  std::vector<double> y, magnitude;
};

// Padding is multiplied like any pixel.
Sums plainLoops(const DepthwiseCase& test) {
  const ConvGeometry& g = test.geometry;
  const Window& w = g.window;
  const int64_t plane = w.output.volume(), taps = w.kernel.volume();
  Sums sums;
  for (int64_t at = 0; at < g.batch * g.out_channels * plane; ++at) {
    const int64_t channel = at / plane % g.out_channels, oh = at % plane / w.output.w, ow = at % w.output.w;
    const float* x = test.x.data() + at / plane * w.input.volume();
    double sum = test.bias.empty() ? 0 : test.bias[channel], magnitude = 1;
    for (int64_t k = 0; k < taps; ++k) {
      const int64_t h = oh * w.stride.h + k / w.kernel.w - w.pad_top;
      const int64_t v = ow * w.stride.w + k % w.kernel.w - w.pad_left;
      const bool inside = h >= 0 && h < w.input.h && v >= 0 && v < w.input.w;
      const double product = (inside ? x[h * w.input.w + v] : 0.0) * test.weight[channel * taps + k];
      sum += product;
      magnitude += std::fabs(product);
    }
    if (!test.residual.empty()) sum += test.residual[at];
    sums.y.push_back(activated(test.activation, sum, test.slope.empty() ? 0 : test.slope[channel]));
    sums.magnitude.push_back(magnitude);
  }
  return sums;
}

Packing weightPacking(const ConvGeometry& g, Isa isa) {
  TapConvSpec spec{};
  spec.isa = isa;
  spec.in_channels = 1;
  spec.kernel = g.window.kernel.volume();
  return laneWeightPacking(spec, g, convWeightStrides(g));
}

std::vector<float> packed(const Packing& packing, const std::vector<float>& source) {
  std::vector<float> result(packing.size);
  for (int64_t piece = 0; piece < packing.pieces; ++piece) packing.pack(source.data(), result.data(), piece);
  return result;
}

struct RunOptions {
  Isa isa;
  int threads = 1;
  bool in_place = false;  // y is the residual
};

// The op by itself. The halo of y and what lies between planes is checked to stay as it was.
std::vector<float> runOp(const DepthwiseCase& test, const RunOptions& options) {
  const ConvGeometry& g = test.geometry;
  const int32_t lanes = lanesOf(options.isa), channels = g.out_channels;
  const int32_t padded = (channels + lanes - 1) / lanes * lanes;
  const Dims x_dims{g.batch, channels, g.window.input}, y_dims{g.batch, channels, g.window.output};
  OpRunner runner(options.threads);
  DepthwiseSpec spec{};
  spec.isa = options.isa;
  spec.window = g.window;
  spec.activation = test.activation;
  spec.x = runner.add(blockedLayout(x_dims, lanes, test.x_halo), test.x);
  spec.weights = runner.addVector(packed(weightPacking(g, options.isa), test.weight));
  if (!test.bias.empty())
    spec.bias = runner.addVector(packed(vectorPacking(channels, channels, padded), test.bias));
  if (!test.slope.empty())
    spec.slope = runner.addVector(packed(vectorPacking(channels, channels, padded), test.slope));
  if (!test.residual.empty())
    spec.residual = runner.add(blockedLayout(y_dims, lanes, test.residual_halo), test.residual);
  spec.y = options.in_place ? spec.residual : runner.add(blockedLayout(y_dims, lanes, test.y_halo));
  runner.run(*makeDepthwiseOp(spec));
  return runner.read(spec.y);
}

bool near(const std::vector<float>& got, const Sums& want) {
  if (got.size() != want.y.size()) return false;
  for (size_t i = 0; i < got.size(); ++i)
    if (!(std::fabs(got[i] - want.y[i]) <= 2e-6 * want.magnitude[i])) return false;
  return true;
}

void check(const DepthwiseCase& test, const RunOptions& options, const Sums& want) {
  const bool good = near(runOp(test, options), want);
  CHECK(good);
  if (good) return;
  std::printf("  %s, activation %d, fields:", isaName(options.isa), static_cast<int>(test.activation.kind));
  for (const int field : convFields(test.geometry)) std::printf(" %d", field);
  std::printf("\n");
}

int pick(std::mt19937& random, int most) { return static_cast<int>(random() % (most + 1)); }

// Sizes of the output are chosen and the input is made to fit, perhaps with pixels that no window reaches.
DepthwiseCase makeCase(std::mt19937& random, int size, int stride, Extent3 output, int channels) {
  DepthwiseCase test;
  ConvGeometry& g = test.geometry;
  g = {1 + pick(random, 1),
       channels,
       channels,
       channels,
       {{1, 1, 1}, output, {1, size, size}, {1, stride, stride}, {1, 1, 1}, 0, 0, 0, 0, 0, 0}};
  Window& w = g.window;
  auto fit = [&](int out, int* before, int* after) {
    const int span = (out - 1) * stride + size;
    *before = pick(random, size - 1);
    *after = std::min(pick(random, size - 1), span - 1 - *before);
    return span - *before - *after + pick(random, stride - 1);
  };
  w.input.h = fit(output.h, &w.pad_top, &w.pad_bottom);
  w.input.w = fit(output.w, &w.pad_left, &w.pad_right);
  const int64_t values = int64_t{g.batch} * channels * output.volume();
  const uint32_t seed = random();
  test.x = randomReals(int64_t{g.batch} * channels * w.input.volume(), seed);
  test.weight = randomReals(int64_t{channels} * size * size, seed + 1, 1);
  if (pick(random, 2) > 0) test.bias = randomReals(channels, seed + 2);
  if (pick(random, 1) > 0) test.residual = randomReals(values, seed + 3);
  if (pick(random, 1) > 0) test.x_halo = {0, 0, 1, pick(random, 2), pick(random, 2), 1};
  if (pick(random, 1) > 0) test.y_halo = {0, 0, pick(random, 2), 1, pick(random, 2), 2};
  if (pick(random, 1) > 0) test.residual_halo = {0, 0, 1, pick(random, 2), 2, pick(random, 2)};
  return test;
}

void activate(DepthwiseCase* test, const Activation& activation) {
  test->activation = activation;
  if (activation.kind == ActivationKind::kPrelu) test->slope = randomReals(test->geometry.out_channels, 9, 1);
}

}  // namespace

// Widths on both sides of every tile's edge, channels on both sides of every vector's.
TEST(everyShapeEqualsPlainLoops) {
  std::mt19937 random(20250401);
  for (const int size : {3, 5}) {
    for (const int stride : {1, 2}) {
      for (int width = 1; width <= 26; ++width) {
        const int channels[] = {1, 3, 4, 5, 8, 15, 16, 17, 33};
        DepthwiseCase test =
            makeCase(random, size, stride, {1, 1 + pick(random, 8), width}, channels[random() % 9]);
        activate(&test, kActivations[random() % std::size(kActivations)]);
        const Sums want = plainLoops(test);
        forEachIsa([&](Isa isa) { check(test, {isa}, want); });
      }
    }
  }
}

TEST(everyActivationFollowsTheSum) {
  std::mt19937 random(20250402);
  for (const Activation& activation : kActivations) {
    DepthwiseCase test = makeCase(random, 3, 1, {1, 4, 13}, 20);
    test.residual = randomReals(int64_t{test.geometry.batch} * 20 * 4 * 13, 8);
    activate(&test, activation);
    const Sums want = plainLoops(test);
    forEachIsa([&](Isa isa) { check(test, {isa}, want); });
  }
}

TEST(theResultMayReplaceTheResidual) {
  std::mt19937 random(20250403);
  for (int i = 0; i < 24; ++i) {
    DepthwiseCase test = makeCase(random, i % 2 ? 3 : 5, 1 + i / 2 % 2, {1, 1 + i % 5, 1 + i}, 1 + 3 * i);
    test.residual = randomReals(int64_t{test.geometry.batch} * (1 + 3 * i) * (1 + i % 5) * (1 + i), 7);
    const Sums want = plainLoops(test);
    forEachIsa([&](Isa isa) { check(test, {isa, 1, true}, want); });
  }
}

// A NaN reaches the pixels whose windows it is in, through every clamp, and no other.
TEST(aNanStaysWithinItsWindows) {
  std::mt19937 random(20250404);
  for (const Activation& activation : {kActivations[0], kActivations[1], kActivations[2], kActivations[10]}) {
    DepthwiseCase test = makeCase(random, 3, 1, {1, 6, 19}, 18);
    test.activation = activation;
    test.x[random() % test.x.size()] = NAN;
    const Sums want = plainLoops(test);
    forEachIsa([&](Isa isa) {
      const std::vector<float> got = runOp(test, {isa});
      for (size_t i = 0; i < got.size(); ++i) CHECK_EQUAL(std::isnan(got[i]), std::isnan(want.y[i]));
    });
  }
}

TEST(threadsAndTheBatchLeaveNoTrace) {
  std::mt19937 random(20250405);
  for (int i = 0; i < 12; ++i) {
    DepthwiseCase test = makeCase(random, i % 2 ? 3 : 5, 1 + i / 2 % 2, {1, 30 + i, 37 + i}, 5 + 7 * (i % 4));
    ConvGeometry& g = test.geometry;
    g.batch = 3;
    test.x = randomReals(3 * int64_t{g.in_channels} * g.window.input.volume(), i);
    test.residual.clear();
    activate(&test, kActivations[i]);
    checkThreadsAndBatch(test, [](const DepthwiseCase& one, Isa isa, int threads) {
      return runOp(one, {isa, threads});
    });
  }
}

TEST(onlySquareKernelsOfThreeAndFiveFit) {
  Window w{{1, 9, 9}, {1, 7, 7}, {1, 3, 3}, {1, 1, 1}, {1, 1, 1}, 0, 0, 0, 0, 0, 0};
  CHECK(depthwiseFits(w));
  for (void (*spoil)(Window*) :
       {+[](Window* v) { v->kernel.w = 5; }, +[](Window* v) { v->stride.h = 2; },
        +[](Window* v) { v->dilation.w = 2; }, +[](Window* v) { v->kernel.d = 2; },
        +[](Window* v) { v->input.d = v->output.d = 3; }, +[](Window* v) { v->stride.h = v->stride.w = 3; },
        +[](Window* v) { v->kernel.h = v->kernel.w = 7; }}) {
    Window other = w;
    spoil(&other);
    CHECK(!depthwiseFits(other));
  }
}

}  // namespace convkit::test

TEST_MAIN()
