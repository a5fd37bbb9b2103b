// Convolutions by products of spectra, on every instruction set, against plain loops.

#include "ops/fft_conv.h"

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

struct FftCase {
  ConvGeometry geometry{};
  Activation activation{ActivationKind::kIdentity, 0, 0};
  std::vector<float> x, weight, bias, slope, residual;  // the last three may be empty
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

struct Sums {
  std::vector<double> y;
  double magnitude = 0;  // the largest sum of absolute products
};

// One image's output channel: every tap adds its row to the rows of output that it reaches. Out of the thread
// sanitizer's sight, in which these loops, of one thread, would take four minutes.
__attribute__((no_sanitize("thread"))) void addChannel(const FftCase& test, int64_t image, int64_t oc,
                                                       double* sum, double* magnitude) {
  const ConvGeometry& g = test.geometry;
  const Window& w = g.window;
  for (int64_t k = 0; k < int64_t{g.inPerGroup()} * w.kernel.volume(); ++k) {
    const int64_t kw = k % w.kernel.w, kh = k / w.kernel.w % w.kernel.h;
    const int64_t ic = oc / g.outPerGroup() * g.inPerGroup() + k / w.kernel.volume();
    const double weight = test.weight[oc * g.inPerGroup() * w.kernel.volume() + k];
    const float* plane = test.x.data() + (image * g.in_channels + ic) * w.input.volume();
    const int64_t left = kw - w.pad_left, first = std::max<int64_t>(0, -left);
    const int64_t end = std::min<int64_t>(w.output.w, w.input.w - left);
    for (int64_t oh = 0; oh < w.output.h; ++oh) {
      const int64_t h = oh + kh - w.pad_top;
      if (h < 0 || h >= w.input.h) continue;
      for (int64_t ow = first; ow < end; ++ow) {
        const double product = plane[h * w.input.w + ow + left] * weight;
        sum[oh * w.output.w + ow] += product;
        magnitude[oh * w.output.w + ow] += std::fabs(product);
      }
    }
  }
}

int64_t outputSize(const ConvGeometry& g) {
  return int64_t{g.batch} * g.out_channels * g.window.output.volume();
}

Sums plainLoops(const FftCase& test) {
  const ConvGeometry& g = test.geometry;
  const int64_t plane = g.window.output.volume();
  Sums sums;
  sums.y.assign(outputSize(g), 0);
  std::vector<double> magnitude(outputSize(g), 0);
  for (int64_t p = 0; p < int64_t{g.batch} * g.out_channels; ++p) {
    const int64_t oc = p % g.out_channels;
    addChannel(test, p / g.out_channels, oc, sums.y.data() + p * plane, magnitude.data() + p * plane);
    for (int64_t i = p * plane; i < (p + 1) * plane; ++i) {
      double& y = sums.y[i];
      if (!test.bias.empty()) y += test.bias[oc];
      if (!test.residual.empty()) y += test.residual[i];
      y = activated(test.activation, y, test.slope.empty() ? 0 : test.slope[test.slope.size() == 1 ? 0 : oc]);
      sums.magnitude = std::max(sums.magnitude, magnitude[i]);
    }
  }
  return sums;
}

struct RunOptions {
  Isa isa;
  int threads = 1;
  bool in_place = false;              // y is the residual
  const FftTiling* tiling = nullptr;  // else the cheapest
};

// The op by itself, its result between guards, its weights and input ending where their memory ends.
std::vector<float> runOp(const FftCase& test, const RunOptions& options) {
  const ConvGeometry& g = test.geometry;
  FftConvSpec spec{};
  spec.isa = options.isa;
  spec.geometry = g;
  spec.tiling = options.tiling ? *options.tiling : fftEstimate(g, true, options.isa).tiling;
  spec.activation = test.activation;
  std::vector<std::vector<float>> memory = {test.x, {}, test.bias, test.residual, test.slope, {}, {}, {}};
  const Packing packing = fftWeightPacking(g, spec.tiling, options.isa);
  memory[1].assign(packing.size, NAN);
  for (int64_t piece = 0; piece < packing.pieces; ++piece)
    packing.pack(test.weight.data(), memory[1].data(), piece);
  memory[5].assign(outputSize(g) + 2 * kGuards, kGuard);
  float* y = memory[5].data() + kGuards;
  if (options.in_place) std::copy(test.residual.begin(), test.residual.end(), y);
  const FftBlocks blocks = fftBlocks(g, spec.tiling, options.isa);
  memory[6].assign(blocks.shared ? blocks.x_floats : 0, NAN);
  memory[7].assign(blocks.shared ? blocks.y_floats : 0, NAN);

  void* values[8];
  Value* operands[] = {&spec.x,     &spec.weights, &spec.bias,      &spec.residual,
                       &spec.slope, &spec.y,       &spec.x_spectra, &spec.y_spectra};
  for (int i = 0; i < 8; ++i) {
    values[i] = memory[i].data();
    const Dims dims{1, static_cast<int32_t>(memory[i].size()), {1, 1, 1}};
    if (!memory[i].empty()) *operands[i] = {i, plainLayout(dims)};
  }
  values[5] = y;
  if (options.in_place) values[3] = y;
  const std::unique_ptr<Op> op = makeFftConvOp(spec);
  const size_t stride = (op->threadScratchBytes() + 127) / 128 * 128;
  AlignedBuffer scratch(stride * static_cast<size_t>(options.threads));
  std::fill_n(scratch.data<float>(), scratch.size() / sizeof(float), NAN);
  op->run({values, options.threads, scratch.data<char>(), stride, nullptr});
  for (int64_t i = 0; i < kGuards; ++i) {
    CHECK_EQUAL(memory[5][i], kGuard);
    CHECK_EQUAL(memory[5][kGuards + outputSize(g) + i], kGuard);
  }
  return std::vector<float>(y, y + outputSize(g));
}

// Of the largest sum of absolute products; bias, residual and activation round once more.
double largestError(const std::vector<float>& got, const Sums& want) {
  double largest = 0;
  for (size_t i = 0; i < got.size(); ++i) {
    const double error = std::fabs(got[i] - want.y[i]) - 4e-7 * std::fabs(want.y[i]);
    largest = std::isnan(error) ? INFINITY : std::max(largest, error);
  }
  return largest / std::max(want.magnitude, 1.0);
}

void check(const FftCase& test, const RunOptions& options, const Sums& want) {
  const double error = largestError(runOp(test, options), want);
  CHECK(error <= 1e-6);
  if (error <= 1e-6) return;
  const FftTiling tiling =
      options.tiling ? *options.tiling : fftEstimate(test.geometry, true, options.isa).tiling;
  std::printf("  %s, error %g, activation %d, tiles of %d × %d, fields:", isaName(options.isa), error,
              static_cast<int>(test.activation.kind), tiling.h.size, tiling.w.size);
  for (const int field : convFields(test.geometry)) std::printf(" %d", field);
  std::printf("\n");
}

struct Channels {
  int groups, in_group, out_group;
};

// Sizes of the output are chosen and the input is made to fit between odd pads.
FftCase makeCase(std::mt19937& random, Extent3 output, Extent3 kernel, const Channels& channels) {
  auto pick = [&](int most) { return static_cast<int>(random() % (most + 1)); };
  FftCase test;
  ConvGeometry& g = test.geometry;
  const Extent3 one{1, 1, 1};
  g = {1 + pick(1),
       channels.groups * channels.in_group,
       channels.groups * channels.out_group,
       channels.groups,
       {one, output, kernel, one, one, 0, 0, 0, 0, 0, 0}};
  Window& w = g.window;
  auto fit = [&](int out, int k, int* before, int* after) {
    const int span = out + k - 1;
    *before = std::min(pick(k), span - 1);
    *after = std::min(pick(k), span - 1 - *before);
    return span - *before - *after;
  };
  w.input.h = fit(output.h, kernel.h, &w.pad_top, &w.pad_bottom);
  w.input.w = fit(output.w, kernel.w, &w.pad_left, &w.pad_right);
  const uint32_t seed = random();
  test.x = randomReals(int64_t{g.batch} * g.in_channels * w.input.volume(), seed);
  test.weight = randomReals(int64_t{g.out_channels} * channels.in_group * kernel.volume(), seed + 1);
  if (pick(2) > 0) test.bias = randomReals(g.out_channels, seed + 2);
  if (pick(1) > 0) test.residual = randomReals(outputSize(g), seed + 3);
  const ActivationKind kinds[] = {ActivationKind::kIdentity, ActivationKind::kRelu, ActivationKind::kSilu,
                                  ActivationKind::kPrelu, ActivationKind::kClip};
  test.activation = {kinds[pick(4)], -1, 2};
  if (test.activation.kind == ActivationKind::kPrelu)
    test.slope = randomReals(pick(1) > 0 ? g.out_channels : 1, seed + 4);
  return test;
}

Channels fewChannels(std::mt19937& random) {
  auto pick = [&](int most) { return static_cast<int>(random() % (most + 1)); };
  return {1 + pick(2), 1 + pick(2) * pick(2), 1 + pick(6) * pick(1)};
}

}  // namespace

// Both ways to cut each axis, with outputs on both sides of a tile's edge.
TEST(everyTilingEqualsPlainLoops) {
  std::mt19937 random(20250401);
  for (const int height : {16, 32, 64}) {
    for (const int width : {16, 32, 64}) {
      for (int i = 0; i < 8; ++i) {
        const bool split_h = i % 2 == 1, split_w = i / 2 % 2 == 1;
        const int kh = split_h ? height / 2 + 1 + static_cast<int>(random() % height)
                               : 1 + static_cast<int>(random() % height);
        const int kw = split_w ? width / 2 + 1 + static_cast<int>(random() % width)
                               : 1 + static_cast<int>(random() % width);
        const int step_h = split_h ? height / 2 : height - kh + 1,
                  step_w = split_w ? width / 2 : width - kw + 1;
        const int tiles_h = step_h < 4 ? 3 : 1 + i % 2, tiles_w = step_w < 4 ? 4 : 1 + i / 4;
        const Extent3 output{1, std::max(1, step_h * tiles_h + static_cast<int>(random() % 3) - 1),
                             std::max(1, step_w * tiles_w + static_cast<int>(random() % 3) - 1)};
        const FftCase test = makeCase(random, output, {1, kh, kw}, fewChannels(random));
        const auto axis = [](int size, int kernel, bool split, int outputs) -> FftAxis {
          if (!split) return {size, kernel, 1, size - kernel + 1, outputs};
          return {size, size / 2, (kernel + size / 2 - 1) / (size / 2), size / 2, outputs};
        };
        const FftTiling tiling{axis(height, kh, split_h, output.h), axis(width, kw, split_w, output.w),
                               false};
        const Sums want = plainLoops(test);
        forEachIsa([&](Isa isa) {
          if (height >= 2 * fftKernels(isa).lanes) check(test, {isa, 1, false, &tiling}, want);
        });
      }
    }
  }
}

TEST(anyShapeEqualsPlainLoops) {
  std::mt19937 random(20250402);
  auto pick = [&](std::initializer_list<int> choices) { return choices.begin()[random() % choices.size()]; };
  for (int i = 0; i < 60; ++i) {
    const Extent3 output{1, pick({1, 2, 7, 22, 33, 50}), pick({1, 3, 8, 17, 44, 70})};
    const Extent3 kernel{1, pick({1, 2, 3, 5, 11, 17, 34}), pick({1, 2, 4, 7, 11, 31, 66})};
    const FftCase test = makeCase(random, output, kernel, fewChannels(random));
    const Sums want = plainLoops(test);
    forEachIsa([&](Isa isa) { check(test, {isa}, want); });
  }
}

// Rows and columns by themselves, whose tiles are wrapped.
TEST(oneAxisEqualsPlainLoops) {
  std::mt19937 random(20250403);
  for (const int kernel : {1, 2, 7, 16, 33, 64, 65, 100, 333}) {
    for (const int length : {1, 15, 63, 64, 530, 1700}) {
      FftCase test = makeCase(random, {1, 1, length}, {1, 1, kernel}, fewChannels(random));
      const Sums want = plainLoops(test);
      FftCase column = test;
      Window& w = column.geometry.window;
      std::swap(w.input.h, w.input.w);
      std::swap(w.output.h, w.output.w);
      std::swap(w.kernel.h, w.kernel.w);
      std::swap(w.pad_top, w.pad_left);
      std::swap(w.pad_bottom, w.pad_right);
      forEachIsa([&](Isa isa) {
        check(test, {isa}, want);
        check(column, {isa}, want);
      });
    }
  }
}

// Weights beyond the second-level cache: blocks of tiles that threads share, some of several images.
TEST(sharedBlocksEqualPlainLoops) {
  std::mt19937 random(20250404);
  const Channels dense[] = {{1, 40, 35}, {1, 33, 66}, {2, 48, 41}};
  for (const Channels& channels : dense) {
    for (const int size : {9, 40}) {
      const FftCase test = makeCase(random, {1, size, size + 3}, {1, 11, 13}, channels);
      const Sums want = plainLoops(test);
      forEachIsa([&](Isa isa) {
        const FftTiling tiling = fftEstimate(test.geometry, true, isa).tiling;
        CHECK(fftBlocks(test.geometry, tiling, isa).shared || cacheSizes().l2 > 2 << 20);
        check(test, {isa}, want);
      });
    }
  }
}

TEST(theResultMayReplaceTheResidual) {
  std::mt19937 random(20250405);
  for (int i = 0; i < 12; ++i) {
    FftCase test = makeCase(random, {1, 3 + 7 * i, 1 + 9 * i}, {1, 2 + i, 13 - i}, fewChannels(random));
    test.residual = randomReals(outputSize(test.geometry), 7);
    const Sums want = plainLoops(test);
    forEachIsa([&](Isa isa) { check(test, {isa, 1, true}, want); });
  }
}

TEST(threadsAndTheBatchLeaveNoTrace) {
  std::mt19937 random(20250406);
  const Channels channels[] = {{1, 1, 1}, {7, 1, 1}, {2, 3, 5}, {1, 36, 40}};
  for (int i = 0; i < 8; ++i) {
    const Extent3 output{1, i < 4 ? 60 : 20, i == 2 ? 150 : 41};
    FftCase test = makeCase(random, output, {1, 9 + i, 7 + 2 * i}, channels[i % 4]);
    ConvGeometry& g = test.geometry;
    g.batch = 3;
    const int64_t image = int64_t{g.in_channels} * g.window.input.volume();
    test.x = randomReals(3 * image, i);
    test.residual.clear();
    checkThreadsAndBatch(test, [](const FftCase& one, Isa isa, int threads) {
      return runOp(one, {isa, threads});
    });
  }
}

// A value that is not finite reaches every output whose window it is in, and none of another image or group.
TEST(valuesThatAreNotFiniteStayInTheirTiles) {
  std::mt19937 random(20250407);
  FftCase test = makeCase(random, {1, 30, 30}, {1, 11, 11}, {2, 1, 1});
  test.activation = {ActivationKind::kIdentity, 0, 0};
  test.residual.clear();
  Window& w = test.geometry.window;
  test.geometry.batch = 2;
  test.x = randomReals(4 * w.input.volume(), 3);
  test.x[w.input.volume() / 2] = INFINITY;
  forEachIsa([&](Isa isa) {
    const std::vector<float> got = runOp(test, {isa});
    const int64_t plane = w.output.volume();
    const int64_t at = w.input.volume() / 2, h = at / w.input.w, v = at % w.input.w;
    for (int64_t i = 0; i < 4 * plane; ++i) {
      const int64_t kh = h + w.pad_top - i / w.output.w, kw = v + w.pad_left - i % w.output.w;
      const bool reached = i < plane && kh >= 0 && kh < 11 && kw >= 0 && kw < 11;
      if (reached) CHECK(!std::isfinite(got[i]));
      if (i >= plane) CHECK(std::isfinite(got[i]));
    }
  });
}

// In a program of one step, with weights that are constants and that are not.
TEST(thePlannerTakesItWhereItIsAskedFor) {
  const ConvGeometry g{
      2, 6, 9, 3, {{1, 29, 40}, {1, 29, 42}, {1, 12, 9}, {1, 1, 1}, {1, 1, 1}, 0, 0, 5, 6, 5, 5}};
  FftCase test;
  test.geometry = g;
  test.x = randomReals(2 * 6 * 29 * 40, 1);
  test.weight = randomReals(9 * 2 * 12 * 9, 2);
  const Sums want = plainLoops(test);
  forEachIsa([&](Isa isa) {
    for (const bool constant : {false, true}) {
      ProgramBuilder builder;
      const int x = builder.input(static_cast<int64_t>(test.x.size()));
      const int weight = constant ? builder.constant(test.weight) : builder.input(9 * 2 * 12 * 9);
      const int y = builder.slot(outputSize(g));
      ProgramBuilder::Extras extras;
      extras.algorithm = Algorithm::kFft;
      builder.step(StepKind::kConv, {x, weight, kNoSlot, kNoSlot, kNoSlot}, {y}, convFields(g), extras);
      builder.output(y);
      const auto program = Program::create(builder.spec(), isa);
      CHECK_EQUAL(program->describe()[0].algorithm, std::string("fft"));
      std::vector<float> result(outputSize(g), NAN);
      const void* inputs[] = {test.x.data(), test.weight.data()};
      void* outputs[] = {result.data()};
      program->run(inputs, outputs, nullptr);
      CHECK(largestError(result, want) <= 1e-6);
    }
  });
}

}  // namespace convkit::test

TEST_MAIN()
