// Convolution and transposed convolution through whole programs, on every instruction set, against
// plain loops. Values are small integers, so that every order of summation gives the same bits.

#include <cmath>
#include <random>

#include "core/thread_pool.h"
#include "harness.h"
#include "kernels/product/product.h"
#include "program_builder.h"

namespace convkit::test {
namespace {

constexpr unsigned kSeed = 20240607;

std::vector<float> integers(std::mt19937& random, int64_t count) {
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(static_cast<int>(random() % 9) - 4);
  return values;
}

int pick(std::mt19937& random, std::initializer_list<int> choices) {
  return *(choices.begin() + random() % choices.size());
}

struct ConvCase {
  ConvGeometry geometry;
  bool transposed;
  std::vector<float> x, weight, bias, residual;
};

int64_t outputSize(const ConvGeometry& g) {
  return g.batch * int64_t{g.out_channels} * g.window.output.volume();
}
int64_t inputSize(const ConvGeometry& g) {
  return g.batch * int64_t{g.in_channels} * g.window.input.volume();
}

// Adds one product to the output element that it belongs to, in either direction.
void accumulate(const ConvCase& test, std::vector<double>& y) {
  const ConvGeometry& g = test.geometry;
  const Window& w = g.window;
  const Extent3 &many = test.transposed ? w.input : w.output, &other = test.transposed ? w.output : w.input;
  for (int n = 0; n < g.batch; ++n)
    for (int oc = 0; oc < g.out_channels; ++oc)
      for (int j = 0; j < g.inPerGroup(); ++j)
        for (int64_t k = 0; k < w.kernel.volume(); ++k)
          for (int64_t p = 0; p < many.volume(); ++p) {
            const int kd = static_cast<int>(k / w.kernel.w / w.kernel.h),
                      kh = static_cast<int>(k / w.kernel.w % w.kernel.h),
                      kw = static_cast<int>(k % w.kernel.w);
            const int pd = static_cast<int>(p / many.w / many.h), ph = static_cast<int>(p / many.w % many.h),
                      pw = static_cast<int>(p % many.w);
            const int d = pd * w.stride.d + kd * w.dilation.d - w.pad_front;
            const int h = ph * w.stride.h + kh * w.dilation.h - w.pad_top;
            const int v = pw * w.stride.w + kw * w.dilation.w - w.pad_left;
            if (d < 0 || h < 0 || v < 0 || d >= other.d || h >= other.h || v >= other.w) continue;
            const int group = oc / g.outPerGroup(), o = oc % g.outPerGroup(), ic = group * g.inPerGroup() + j;
            const int64_t at = (int64_t{d} * other.h + h) * other.w + v;
            const int64_t xi =
                (int64_t{n} * g.in_channels + ic) * w.input.volume() + (test.transposed ? p : at);
            const int64_t yi =
                (int64_t{n} * g.out_channels + oc) * w.output.volume() + (test.transposed ? at : p);
            const int64_t wi = test.transposed ? (int64_t{ic} * g.outPerGroup() + o) * w.kernel.volume() + k
                                               : (int64_t{oc} * g.inPerGroup() + j) * w.kernel.volume() + k;
            y[yi] += static_cast<double>(test.x[xi]) * test.weight[wi];
          }
}

std::vector<float> expected(const ConvCase& test, bool relu) {
  std::vector<double> y(outputSize(test.geometry), 0.0);
  accumulate(test, y);
  std::vector<float> result(y.size());
  const int64_t plane = test.geometry.window.output.volume();
  for (size_t i = 0; i < y.size(); ++i) {
    double value = y[i] + test.bias[i / plane % test.geometry.out_channels] + test.residual[i];
    if (relu && value < 0) value = 0;
    result[i] = static_cast<float>(value);
  }
  return result;
}

void outputAxis(int input, int kernel, int stride, int dilation, int before, int after, bool transposed,
                int* output) {
  *output = transposed ? (input - 1) * stride + dilation * (kernel - 1) + 1 - before - after
                       : (input + before + after - dilation * (kernel - 1) - 1) / stride + 1;
}

// A random geometry with positive sizes; channel counts straddle vectors and panels of every width.
bool randomGeometry(std::mt19937& random, bool transposed, ConvGeometry* g) {
  g->batch = pick(random, {1, 1, 2});
  const int kind = pick(random, {0, 0, 0, 1, 2, 3});
  g->groups = kind == 0   ? 1
              : kind == 1 ? pick(random, {2, 3, 5})
              : kind == 2 ? pick(random, {16, 17, 33})
                          : 2;
  const int in_group = kind == 2   ? pick(random, {1, 1, 4})
                       : kind == 3 ? 16
                                   : pick(random, {1, 3, 4, 8, 15, 16, 17, 33});
  const int out_group = kind == 2   ? pick(random, {1, 1, 2, 4})
                        : kind == 3 ? pick(random, {16, 48})
                                    : pick(random, {1, 2, 5, 8, 15, 17, 31, 65, 80});
  g->in_channels = g->groups * in_group;
  g->out_channels = g->groups * out_group;
  Window& w = g->window;
  const bool volume = random() % 6 == 0;
  w.input = {volume ? pick(random, {1, 3}) : 1, pick(random, {1, 4, 7}), pick(random, {1, 5, 7, 13, 19})};
  w.kernel = {volume ? pick(random, {1, 2, 3}) : 1, pick(random, {1, 2, 3, 5}), pick(random, {1, 2, 3, 5})};
  w.stride = {volume ? pick(random, {1, 2}) : 1, pick(random, {1, 1, 2, 3}), pick(random, {1, 1, 2, 3})};
  w.dilation = {1, pick(random, {1, 1, 2}), pick(random, {1, 1, 3})};
  w.pad_front = w.pad_back = volume ? pick(random, {0, 1}) : 0;
  w.pad_top = pick(random, {0, 1, 2});
  w.pad_bottom = pick(random, {0, 1});
  w.pad_left = pick(random, {0, 1, 3});
  w.pad_right = pick(random, {0, 2});
  Extent3& o = w.output;
  auto span = [&](int input, int kernel, int dilation, int pads) {
    return input + pads - dilation * (kernel - 1) - 1;
  };
  if (!transposed && (span(w.input.d, w.kernel.d, 1, w.pad_front * 2) < 0 ||
                      span(w.input.h, w.kernel.h, w.dilation.h, w.pad_top + w.pad_bottom) < 0 ||
                      span(w.input.w, w.kernel.w, w.dilation.w, w.pad_left + w.pad_right) < 0)) {
    return false;
  }
  outputAxis(w.input.d, w.kernel.d, w.stride.d, 1, w.pad_front, w.pad_back, transposed, &o.d);
  outputAxis(w.input.h, w.kernel.h, w.stride.h, w.dilation.h, w.pad_top, w.pad_bottom, transposed, &o.h);
  outputAxis(w.input.w, w.kernel.w, w.stride.w, w.dilation.w, w.pad_left, w.pad_right, transposed, &o.w);
  return o.d > 0 && o.h > 0 && o.w > 0;
}

ConvCase randomCase(std::mt19937& random, bool transposed) {
  ConvCase test{};
  test.transposed = transposed;
  while (!randomGeometry(random, transposed, &test.geometry)) {
  }
  const ConvGeometry& g = test.geometry;
  test.x = integers(random, inputSize(g));
  test.weight = integers(random, int64_t{g.out_channels} * g.inPerGroup() * g.window.kernel.volume());
  test.bias = integers(random, g.out_channels);
  test.residual = integers(random, outputSize(g));
  return test;
}

struct Options {
  Isa isa;
  Algorithm algorithm;
  bool constant_weights;
  int threads;
};

std::vector<float> runConv(const ConvCase& test, const Options& options, std::string* algorithm) {
  const ConvGeometry& g = test.geometry;
  ProgramBuilder builder;
  const int x = builder.input(static_cast<int64_t>(test.x.size()));
  const int weight = options.constant_weights ? builder.constant(test.weight)
                                              : builder.input(static_cast<int64_t>(test.weight.size()));
  const int bias = options.constant_weights ? builder.constant(test.bias) : builder.input(g.out_channels);
  const int residual = builder.input(outputSize(g));
  const int y = builder.slot(outputSize(g));
  ProgramBuilder::Extras extras;
  extras.algorithm = options.algorithm;
  extras.activation.kind = ActivationKind::kRelu;
  builder.step(test.transposed ? StepKind::kConvTranspose : StepKind::kConv,
               {x, weight, bias, residual, kNoSlot}, {y}, convFields(g), extras);
  builder.output(y);
  const auto program = Program::create(builder.spec(), options.isa);
  *algorithm = program->describe()[0].algorithm + ": " + program->describe()[0].reason;
  std::vector<float> result(outputSize(g), NAN);
  std::vector<const void*> inputs = {test.x.data()};
  if (!options.constant_weights) {
    inputs.push_back(test.weight.data());
    inputs.push_back(test.bias.data());
  }
  inputs.push_back(test.residual.data());
  void* outputs[] = {result.data()};
  ThreadPool::instance().setThreads(options.threads);
  program->run(inputs.data(), outputs, nullptr);
  return result;
}

// Exactly, as integers are; but Winograd's points are irrational, so there within its error, which
// grows with the sums' magnitudes.
bool agrees(const std::vector<float>& got, const std::vector<float>& want, const ConvCase& test,
            const std::string& algorithm) {
  if (algorithm.rfind("winograd", 0) != 0) return got == want;
  // Every |x| and |w| is at most 4.
  const double magnitude = 16.0 * test.geometry.in_channels * 9;
  for (size_t i = 0; i < want.size(); ++i) {
    if (!(std::fabs(double{got[i]} - want[i]) <= 1e-6 * magnitude)) return false;
  }
  return true;
}

void report(const ConvCase& test, const Options& options, const std::string& algorithm) {
  std::printf("  isa %s, %s%s, fields:", isaName(options.isa), algorithm.c_str(),
              test.transposed ? ", transposed" : "");
  for (const int field : convFields(test.geometry)) std::printf(" %d", field);
  std::printf("\n");
}

void checkAll(bool transposed, int count) {
  std::mt19937 random(kSeed + transposed);
  for (int i = 0; i < count; ++i) {
    const ConvCase test = randomCase(random, transposed);
    const std::vector<float> want = expected(test, true);
    for (const Isa isa : runnableIsas()) {
      for (const Algorithm algorithm : {Algorithm::kAuto, Algorithm::kDirect, Algorithm::kGemm}) {
        if (transposed && algorithm == Algorithm::kGemm) continue;
        const Options options{isa, algorithm, random() % 2 == 0, static_cast<int>(random() % 3) + 1};
        std::string name;
        const bool same = agrees(runConv(test, options, &name), want, test, name);
        CHECK(same);
        if (!same) report(test, options, name);
      }
    }
  }
}

}  // namespace

TEST(convolutionEqualsPlainLoops) { checkAll(false, 400); }
TEST(transposedConvolutionEqualsPlainLoops) { checkAll(true, 250); }

TEST(depthwiseIsTakenWhereItIsAskedFor) {
  std::mt19937 random(kSeed);
  ConvCase test{};
  test.geometry = {1, 40, 40, 40, {{1, 9, 9}, {1, 9, 9}, {1, 3, 3}, {1, 1, 1}, {1, 1, 1}, 0, 0, 1, 1, 1, 1}};
  test.x = integers(random, inputSize(test.geometry));
  test.weight = integers(random, 40 * 9);
  test.bias = integers(random, 40);
  test.residual = integers(random, outputSize(test.geometry));
  for (const Isa isa : runnableIsas()) {
    std::string name;
    CHECK(runConv(test, {isa, Algorithm::kDepthwise, true, 2}, &name) == expected(test, true));
    CHECK_EQUAL(name.substr(0, 9), "depthwise");
  }
}

// Planes that are and are not multiples of the tile, dilations, channels that do not fill vectors, and
// blocks of every number of tiles.
TEST(winogradEqualsPlainLoops) {
  std::mt19937 random(kSeed);
  for (int i = 0; i < 40; ++i) {
    ConvCase test{};
    const int h = pick(random, {1, 2, 4, 7, 14, 15, 30}), w = pick(random, {1, 3, 4, 8, 13, 29});
    const int dilation = pick(random, {1, 1, 2, 3}), pad = dilation;
    const int in_channels = pick(random, {1, 5, 16, 33, 70}),
              out_channels = pick(random, {3, 16, 40, 65, 130});
    test.geometry = {pick(random, {1, 3}),
                     in_channels,
                     out_channels,
                     1,
                     {{1, h, w},
                      {1, h, w + 1},
                      {1, 3, 3},
                      {1, 1, 1},
                      {1, dilation, dilation},
                      0,
                      0,
                      pad,
                      pad,
                      pad,
                      pad + 1}};
    test.x = integers(random, inputSize(test.geometry));
    test.weight = integers(random, int64_t{out_channels} * in_channels * 9);
    test.bias = integers(random, out_channels);
    test.residual = integers(random, outputSize(test.geometry));
    const std::vector<float> want = expected(test, true);
    for (const Isa isa : runnableIsas()) {
      const Options options{isa, Algorithm::kWinograd, i % 2 == 0, i % 3 + 1};
      std::string name;
      const bool same = agrees(runConv(test, options, &name), want, test, name);
      CHECK_EQUAL(name.substr(0, 8), "winograd");
      CHECK(same);
      if (!same) report(test, options, name);
    }
  }
}

// A transposed convolution adds the products that exist and no others: an infinite weight must not meet
// zeros beyond the border and make NaN of them.
TEST(infiniteWeightsReachOnlyWhereTheyShould) {
  std::mt19937 random(kSeed);
  for (int i = 0; i < 60; ++i) {
    ConvCase test = randomCase(random, true);
    for (float& value : test.x) value = std::fabs(value) + 1;
    test.weight[random() % test.weight.size()] = INFINITY;
    const std::vector<float> want = expected(test, true);
    for (const Isa isa : runnableIsas()) {
      std::string name;
      const Options options{isa, Algorithm::kAuto, true, 2};
      const bool same = runConv(test, options, &name) == want;
      CHECK(same);
      if (!same) report(test, options, name);
    }
  }
}

// Weights larger than half the second-level cache are used in parts; the sums must not notice.
TEST(longSumsAreSplitWithoutATrace) {
  std::mt19937 random(kSeed);
  ConvCase test{};
  test.geometry = {1, 1030, 70, 1, {{1, 9, 9}, {1, 9, 9}, {1, 3, 3}, {1, 1, 1}, {1, 1, 1}, 0, 0, 1, 1, 1, 1}};
  test.x = integers(random, inputSize(test.geometry));
  test.weight = integers(random, 70 * 1030 * 9);
  test.bias = integers(random, 70);
  test.residual = integers(random, outputSize(test.geometry));
  const std::vector<float> want = expected(test, true);
  for (const Isa isa : runnableIsas()) {
    for (const Algorithm algorithm : {Algorithm::kDirect, Algorithm::kGemm}) {
      std::string name;
      CHECK(runConv(test, {isa, algorithm, true, 1}, &name) == want);
      CHECK(runConv(test, {isa, algorithm, true, 2}, &name) == want);
    }
  }
}

}  // namespace convkit::test

TEST_MAIN()
