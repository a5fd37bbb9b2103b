// Convolution on the processor's matrix units, where it has them: values as by the definition, whatever is
// around them.

#include "ops/tile_conv.h"

#include <algorithm>
#include <limits>

#include "core/denormals.h"
#include "core/thread_pool.h"
#include "kernels/tiles/tiles.h"
#include "ops/reorder.h"
#include "test/harness.h"
#include "test/op_runner.h"
#include "test/program_builder.h"

namespace convkit::test {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

struct TileCase {
  ConvGeometry geometry;
  Activation activation{ActivationKind::kIdentity, 0, 0};
  bool channels_last = false, residual = false;
  std::vector<float> scale;  // empty, or one value a channel of each image
  std::vector<float> x, weights, bias, slope, added;
};

bool hasTiles() { return tileKernels(detectedIsa()) != nullptr; }

int64_t sizeOfX(const ConvGeometry& g) { return int64_t{g.batch} * g.in_channels * g.window.input.volume(); }
int64_t sizeOfY(const ConvGeometry& g) {
  return int64_t{g.batch} * g.out_channels * g.window.output.volume();
}

using Values = std::vector<float> (*)(int64_t count, uint32_t seed);
std::vector<float> reals(int64_t count, uint32_t seed) { return randomReals(count, seed); }

TileCase caseOf(const ConvGeometry& g, Values values) {
  TileCase test;
  test.geometry = g;
  test.x = values(sizeOfX(g), 1);
  test.weights = values(int64_t{g.out_channels} * g.in_channels * g.window.kernel.volume(), 2);
  test.bias = values(g.out_channels, 3);
  test.slope = values(g.out_channels, 4);
  test.added = values(sizeOfY(g), 5);
  return test;
}

ConvGeometry geometryOf(int batch, int in, int out, int size, int kernel = 1, int stride = 1, int pad = 0) {
  return {batch, in, out, 1, squareWindow(size, kernel, stride, pad)};
}

TapConvSpec specOf(const TileCase& test, Isa isa) {
  const ConvGeometry& g = test.geometry;
  TapConvSpec spec{};
  spec.mode = TapMode::kBroadcast;
  spec.isa = isa;
  spec.batch = g.batch;
  spec.groups = 1;
  spec.in_channels = g.in_channels;
  spec.out_channels = g.out_channels;
  spec.kernel = g.window.kernel.volume();
  spec.phases = convolutionPhases(g.window);
  spec.activation = test.activation;
  return spec;
}

std::vector<float> packed(const Packing& packing, const std::vector<float>& source) {
  std::vector<float> result(static_cast<size_t>(packing.size), kNan);
  for (int64_t piece = 0; piece < packing.pieces; ++piece) packing.pack(source.data(), result.data(), piece);
  return result;
}

std::vector<float> padded(std::vector<float> values) {
  values.resize((values.size() + kTileLanes - 1) / kTileLanes * kTileLanes, 0.0f);
  return values;
}

// By the tiles, or else by the register tiles of AVX-512.
std::vector<float> run(const TileCase& test, bool tiles = true, int threads = 2) {
  const FlushDenormals flush;
  const ConvGeometry& g = test.geometry;
  TapConvSpec spec = specOf(test, Isa::kAmx);
  OpRunner runner(threads);
  const Dims x{g.batch, g.in_channels, g.window.input}, y{g.batch, g.out_channels, g.window.output};
  auto layout = [&](const Dims& dims, const Halo& halo) {
    return blockedLayout(dims, test.channels_last ? dims.c : kTileLanes, halo);
  };
  spec.x = runner.add(layout(x, requiredHalo(spec.phases, g.window.input)), test.x);
  if (!spec.x.layout.halo.empty()) runner.run(*makeZeroHaloOp(spec.x));
  const WeightStrides strides = convWeightStrides(g);
  const Packing packing =
      tiles ? tileWeightPacking(spec, strides) : broadcastWeightPacking(spec, spec.x.layout.block, strides);
  spec.weights = runner.addVector(packed(packing, test.weights));
  if (!test.bias.empty()) spec.bias = runner.addVector(padded(test.bias));
  if (test.activation.kind == ActivationKind::kPrelu) spec.slope = runner.addVector(padded(test.slope));
  if (test.residual) spec.residual = runner.add(layout(y, {}), test.added);
  spec.y = runner.add(layout(y, {}));
  Value scale;
  if (!test.scale.empty()) scale = runner.add(layout({g.batch, g.in_channels, {1, 1, 1}}, {}), test.scale);
  runner.run(*(tiles ? makeTileConvOp(spec, scale) : makeTapConvOp(spec)));
  return runner.read(spec.y);
}

bool sameBits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

int pick(std::mt19937& random, std::initializer_list<int> choices) {
  return *(choices.begin() + random() % choices.size());
}

TileCase randomCase(std::mt19937& random, Values values) {
  const int kernel = pick(random, {1, 1, 1, 2, 3}), stride = pick(random, {1, 1, 2});
  const ConvGeometry g =
      geometryOf(pick(random, {1, 1, 2}), pick(random, {1, 15, 16, 17, 32, 47, 48, 64, 100}),
                 pick(random, {1, 5, 16, 17, 31, 32, 33, 48, 64, 80}),
                 pick(random, {1, 3, 4, 5, 9, 17}) + kernel, kernel, stride, pick(random, {0, kernel / 2}));
  TileCase test = caseOf(g, values);
  test.channels_last = random() % 3 == 0;
  test.residual = random() % 2 == 0;
  if (random() % 4 == 0) test.bias.clear();
  return test;
}

// Sums of 9 values of 7 bits by 8 bits: the definition in float64 is exact.
double definition(const TileCase& test, int64_t index, double* magnitude) {
  const ConvGeometry& g = test.geometry;
  const Window& w = g.window;
  const int64_t plane = w.output.volume(), pixel = index % plane, channel = index / plane % g.out_channels,
                image = index / plane / g.out_channels;
  double sum = test.bias.empty() ? 0 : test.bias[static_cast<size_t>(channel)];
  *magnitude = std::fabs(sum);
  for (int64_t c = 0; c < g.in_channels; ++c) {
    for (int64_t k = 0; k < w.kernel.volume(); ++k) {
      const int64_t h = pixel / w.output.w * w.stride.h + k / w.kernel.w - w.pad_top,
                    v = pixel % w.output.w * w.stride.w + k % w.kernel.w - w.pad_left;
      if (h < 0 || v < 0 || h >= w.input.h || v >= w.input.w) continue;
      const double product =
          static_cast<double>(test.x[static_cast<size_t>((image * g.in_channels + c) * w.input.volume() +
                                                         h * w.input.w + v)]) *
          test.weights[static_cast<size_t>((channel * g.in_channels + c) * w.kernel.volume() + k)];
      sum += product;
      *magnitude += std::fabs(product);
    }
  }
  if (test.residual) {
    sum += test.added[static_cast<size_t>(index)];
    *magnitude += std::fabs(test.added[static_cast<size_t>(index)]);
  }
  return sum;
}

// Of the sum of all terms' magnitudes. The contract allows 1e-5.
constexpr double kTolerance = 1e-6;

void checkNear(const TileCase& test, const std::vector<float>& y) {
  for (size_t i = 0; i < y.size(); ++i) {
    double magnitude = 0;
    const double expected = definition(test, static_cast<int64_t>(i), &magnitude);
    if (std::fabs(y[i] - expected) <= kTolerance * magnitude) continue;
    fail("y", static_cast<int>(i),
         "is off by " + std::to_string(std::fabs(y[i] - expected) / magnitude * 1e6) + "e-6");
    return;
  }
}

}  // namespace

TEST(wholeNumbersAreExact) {
  if (!hasTiles()) return;
  std::mt19937 random(11);
  for (int i = 0; i < 150; ++i) {
    TileCase test = randomCase(random, randomIntegers);
    test.activation.kind = pick(random, {0, 1}) == 0 ? ActivationKind::kIdentity : ActivationKind::kRelu;
    checkSame(run(test), run(test, false), "y");
  }
}

TEST(wholeNumbersUpToTwentyFourBitsAreExact) {
  if (!hasTiles()) return;
  TileCase test = caseOf(geometryOf(1, 40, 20, 6), randomIntegers);
  test.bias.clear();
  std::fill(test.x.begin(), test.x.end(), 0.0f);
  std::mt19937 random(3);
  // One term a sum, with a share of the bits that its channel tells.
  for (int64_t pixel = 0; pixel < 36; ++pixel) {
    const int channel = static_cast<int>(random() % 40);
    test.x[static_cast<size_t>(channel * 36 + pixel)] = static_cast<float>(random() % (1u << channel % 25));
  }
  for (size_t i = 0; i < test.weights.size(); ++i)
    test.weights[i] = static_cast<float>(random() % (1u << (24 - i % 40 % 25)));
  checkSame(run(test), run(test, false), "y");
}

TEST(realsAreNear) {
  if (!hasTiles()) return;
  std::mt19937 random(12);
  for (int i = 0; i < 60; ++i) {
    const TileCase test = randomCase(random, reals);
    checkNear(test, run(test));
  }
  const TileCase deep = caseOf(geometryOf(1, 700, 40, 17), reals);
  checkNear(deep, run(deep));
}

// One chain of additions would be off by 10⁻⁴ of Σ|x·w| and more.
TEST(longSumsAreNear) {
  if (!hasTiles()) return;
  const auto constants = [](int64_t count, uint32_t seed) {
    return std::vector<float>(static_cast<size_t>(count), seed == 1 ? 1.1f : 0.7f);
  };
  const auto positives = [](int64_t count, uint32_t seed) {
    std::vector<float> values = randomReals(count, seed);
    for (float& value : values) value = std::fabs(value);
    return values;
  };
  for (const int in : {1536, 1537, 2048, 5000, 16400, 40000}) {
    for (const Values values : {Values{constants}, Values{positives}, Values{reals}}) {
      TileCase test = caseOf(geometryOf(1, in, 17, 5), values);
      // An infinite row goes by vectors, and leaves no trace beside it.
      test.x[24] = kInfinity;
      const std::vector<float> y = run(test);
      for (size_t i = 0; i < y.size(); ++i) {
        if (i % 25 == 24) continue;
        double magnitude;
        const double expected = definition(test, static_cast<int64_t>(i), &magnitude);
        CHECK(std::fabs(y[i] - expected) <= 5e-6 * magnitude);
      }
      CHECK(std::isinf(y[24]));
    }
  }
}

TEST(everyActivation) {
  if (!hasTiles()) return;
  for (int kind = 0; kind < static_cast<int>(ActivationKind::kCount); ++kind) {
    for (const bool last : {false, true}) {
      TileCase test = caseOf(geometryOf(2, 24, 37, 7), randomIntegers);
      test.activation = {static_cast<ActivationKind>(kind), -0.5f, 0.75f};
      test.channels_last = last;
      test.residual = true;
      checkSame(run(test), run(test, false), "kind " + std::to_string(kind));
    }
  }
}

// More than fit the second-level cache, so that bands are long and threads share the outputs.
TEST(largeWeights) {
  if (!hasTiles()) return;
  const int in = static_cast<int>(cacheSizes().l2 / 6 / 512) / 16 * 16 + 24;
  const TileCase test = caseOf(geometryOf(1, in, 520, 5), randomIntegers);
  checkSame(run(test), run(test, false), "y");
}

TEST(threadsAndBatchLeaveNoTrace) {
  if (!hasTiles()) return;
  ThreadPool::instance().setThreads(3);
  for (const int size : {3, 13, 20}) {
    TileCase test = caseOf(geometryOf(3, 70, 90, size), reals);
    const std::vector<float> one = run(test, true, 1);
    CHECK(sameBits(run(test, true, 3), one));
    const int64_t x_image = sizeOfX(test.geometry) / 3, y_image = sizeOfY(test.geometry) / 3;
    test.geometry.batch = 1;
    test.x.assign(test.x.begin() + x_image, test.x.begin() + 2 * x_image);
    CHECK(sameBits(run(test, true, 3), {one.begin() + y_image, one.begin() + 2 * y_image}));
  }
}

// What is no ordinary number reaches the sums that it is part of, as the definition has it, and no others.
TEST(unusualValuesStayInTheirRow) {
  if (!hasTiles()) return;
  for (const float value : {kInfinity, -kInfinity, kNan, 1e35f, std::numeric_limits<float>::max()}) {
    const TileCase usual = caseOf(geometryOf(1, 40, 36, 6), reals);
    const std::vector<float> before = run(usual);
    TileCase test = usual;
    const int64_t pixel = 23;
    test.x[static_cast<size_t>(7 * 36 + pixel)] = value;
    const std::vector<float> after = run(test), expected = run(test, false);
    for (int64_t i = 0; i < sizeOfY(test.geometry); ++i) {
      const float y = after[static_cast<size_t>(i)];
      CHECK(i % 36 == pixel ? same(y, expected[static_cast<size_t>(i)])
                            : y == before[static_cast<size_t>(i)]);
    }
  }
}

TEST(unusualWeightsStayInTheirOutput) {
  if (!hasTiles()) return;
  for (const float value : {kInfinity, kNan}) {
    TileCase test = caseOf(geometryOf(1, 40, 36, 6), randomIntegers);
    const std::vector<float> before = run(test);
    test.weights[5 * 40 + 33] = value;
    test.x[33 * 36 + 2] = 0;
    const std::vector<float> after = run(test), expected = run(test, false);
    for (int64_t i = 0; i < sizeOfY(test.geometry); ++i) {
      const size_t at = static_cast<size_t>(i);
      CHECK(same(after[at], expected[at]));
      CHECK(i / 36 == 5 || i % 36 == 2 || after[at] == before[at]);
    }
  }
}

// Parts of small values would be flushed, if nothing were done about it. Sizes are such that no value is
// denormal by itself.
TEST(smallAndLargeValuesKeepTheirBits) {
  if (!hasTiles()) return;
  const float sizes[][2] = {{1e-32f, 1},     {1, 1e-32f},     {1e-26f, 1e-6f}, {1e-20f, 1e-12f},
                            {1e30f, 1e-32f}, {1e-30f, 1e33f}, {1e34f, 1e-30f}, {1e-32f, 1e20f}};
  for (const auto& size : sizes) {
    TileCase test = caseOf(geometryOf(1, 40, 36, 6), reals);
    test.bias.clear();
    for (float& x : test.x) x *= size[0];
    for (float& w : test.weights) w *= size[1];
    checkNear(test, run(test));
  }
  // One output's weights far below the others'.
  TileCase test = caseOf(geometryOf(1, 40, 36, 6), reals);
  test.bias.clear();
  for (int c = 0; c < 40; ++c) test.weights[static_cast<size_t>(9 * 40 + c)] *= 1e-31f;
  checkNear(test, run(test));
}

// As if x had been multiplied before, whatever is among the factors.
TEST(scalesAreAppliedFirst) {
  if (!hasTiles()) return;
  for (const float unusual : {0.0f, 2.5f, kInfinity, kNan, 1e35f}) {
    TileCase test = caseOf(geometryOf(2, 40, 36, 6), reals);
    TileCase before = test;
    test.scale = randomReals(80, 9, 1);
    test.scale[13] = unusual;
    for (size_t i = 0; i < before.x.size(); ++i) before.x[i] *= test.scale[i / 36];
    const std::vector<float> y = run(test), expected = run(before);
    for (size_t i = 0; i < y.size(); ++i) CHECK(same(y[i], expected[i]));
  }
}

TEST(zerosGiveTheBias) {
  if (!hasTiles()) return;
  TileCase test = caseOf(geometryOf(1, 40, 36, 6), reals);
  std::fill(test.x.begin(), test.x.end(), 0.0f);
  checkSame(run(test), run(test, false), "y");
  test = caseOf(geometryOf(1, 40, 36, 6), reals);
  std::fill(test.weights.begin(), test.weights.end(), 0.0f);
  checkSame(run(test), run(test, false), "y");
}

}  // namespace convkit::test

TEST_MAIN()
