// Convolution in bands of rows: the same bits as by reordering whole tensors, however bands are cut.

#include "ops/banded_conv.h"

#include "core/denormals.h"
#include "core/thread_pool.h"
#include "ops/reorder.h"
#include "ops/tap_panels.h"
#include "test/harness.h"
#include "test/op_runner.h"
#include "test/program_builder.h"

namespace convkit::test {
namespace {

constexpr size_t kGuards = 64;
constexpr float kGuard = -12345;

// Operands as the user gives them.
struct BandCase {
  ConvGeometry geometry;
  Activation activation;
  bool residual;
  std::vector<float> x, weights, bias, slope, added;
};

int64_t sizeOfX(const ConvGeometry& g) { return int64_t{g.batch} * g.in_channels * g.window.input.volume(); }
int64_t sizeOfY(const ConvGeometry& g) {
  return int64_t{g.batch} * g.out_channels * g.window.output.volume();
}

int32_t outputOf(int32_t input, int32_t kernel, int32_t stride, int32_t dilation, int32_t pads) {
  return (input + pads - dilation * (kernel - 1) - 1) / stride + 1;
}

BandCase fill(const ConvGeometry& g, const Activation& activation, bool residual) {
  const int64_t weights = int64_t{g.out_channels} * g.inPerGroup() * g.window.kernel.volume();
  BandCase test{g, activation, residual, randomReals(sizeOfX(g), 1), randomReals(weights, 2), {}, {}, {}};
  test.bias = randomReals(g.out_channels, 3);
  test.slope = randomReals(g.out_channels, 4);
  test.added = randomReals(sizeOfY(g), 5);
  return test;
}

int pick(std::mt19937& random, std::initializer_list<int> choices) {
  return *(choices.begin() + random() % choices.size());
}

// Whole blocks in each group, or few channels; heights that are no multiple of anything.
BandCase randomCase(std::mt19937& random, int lanes) {
  ConvGeometry g{};
  Window& w = g.window;
  g.batch = pick(random, {1, 2, 3});
  g.groups = pick(random, {1, 1, 1, 2});
  g.in_channels = g.groups > 1 ? g.groups * lanes : pick(random, {1, 3, lanes - 1, lanes, lanes + 5, 40});
  g.out_channels = g.groups > 1 ? g.groups * lanes * 2 : pick(random, {5, 16, 33, 70});
  w.kernel = {1, pick(random, {1, 2, 3, 5, 7}), pick(random, {1, 3, 4})};
  w.stride = {1, pick(random, {1, 2, 3}), pick(random, {1, 2})};
  w.dilation = {1, pick(random, {1, 1, 2, 3}), pick(random, {1, 2})};
  w.pad_top = pick(random, {0, 1, 4, 9});
  w.pad_bottom = pick(random, {0, 2, 7});
  w.pad_left = pick(random, {0, 0, 1});
  w.pad_right = pick(random, {0, 0, 3});
  w.input = {1, pick(random, {19, 22, 29, 31}), pick(random, {8, 17, 35})};
  w.output = {1, outputOf(w.input.h, w.kernel.h, w.stride.h, w.dilation.h, w.pad_top + w.pad_bottom),
              outputOf(w.input.w, w.kernel.w, w.stride.w, w.dilation.w, w.pad_left + w.pad_right)};
  const ActivationKind kind =
      static_cast<ActivationKind>(random() % static_cast<unsigned>(ActivationKind::kCount));
  return fill(g, {kind, -0.5f, 0.75f}, random() % 2 == 0);
}

TapConvSpec specOf(const BandCase& test, Isa isa) {
  const ConvGeometry& g = test.geometry;
  TapConvSpec spec{};
  spec.mode = TapMode::kBroadcast;
  spec.isa = isa;
  spec.batch = g.batch;
  spec.groups = g.groups;
  spec.in_channels = g.inPerGroup();
  spec.out_channels = g.outPerGroup();
  spec.kernel = g.window.kernel.volume();
  spec.phases = convolutionPhases(g.window);
  spec.activation = test.activation;
  return spec;
}

int32_t blockOf(const ConvGeometry& g, int32_t lanes) {
  return g.groups == 1 && g.in_channels < lanes ? g.in_channels : lanes;
}

// Adds what both ways share: weights, bias and slope, padded to whole vectors.
void addPacked(OpRunner& runner, const BandCase& test, TapConvSpec* spec) {
  const ConvGeometry& g = test.geometry;
  const int32_t lanes = lanesOf(spec->isa);
  const Packing packing = broadcastWeightPacking(*spec, blockOf(g, lanes), convWeightStrides(g));
  std::vector<float> packed(static_cast<size_t>(packing.size));
  for (int64_t i = 0; i < packing.pieces; ++i) packing.pack(test.weights.data(), packed.data(), i);
  spec->weights = runner.addVector(packed);
  auto padded = [&](std::vector<float> values) {
    values.resize((values.size() + lanes - 1) / lanes * lanes, 0.0f);
    return runner.addVector(values);
  };
  spec->bias = padded(test.bias);
  if (test.activation.kind == ActivationKind::kPrelu) spec->slope = padded(test.slope);
}

Dims dimsOfX(const ConvGeometry& g) { return {g.batch, g.in_channels, g.window.input}; }
Dims dimsOfY(const ConvGeometry& g) { return {g.batch, g.out_channels, g.window.output}; }

std::vector<float> byWholeTensors(const BandCase& test, Isa isa) {
  const ConvGeometry& g = test.geometry;
  OpRunner runner(1);
  TapConvSpec spec = specOf(test, isa);
  addPacked(runner, test, &spec);
  const Halo halo = requiredHalo(spec.phases, g.window.input);
  const Value x = runner.add(plainLayout(dimsOfX(g)), test.x);
  spec.x = runner.add(blockedLayout(dimsOfX(g), blockOf(g, lanesOf(isa)), halo));
  if (!halo.empty()) runner.run(*makeZeroHaloOp(spec.x));
  runner.run(*makeReorderOp(x, spec.x, isa));
  if (test.residual) spec.residual = runner.add(blockedLayout(dimsOfY(g), lanesOf(isa)), test.added);
  spec.y = runner.add(blockedLayout(dimsOfY(g), lanesOf(isa)));
  const Value y = spec.y;
  runner.run(*makeTapConvOp(std::move(spec)));
  return runner.read(y);
}

// The last image of a batch of one more is left as it was.
std::vector<float> byBands(const BandCase& test, Isa isa, int32_t bands, int threads) {
  const ConvGeometry& g = test.geometry;
  OpRunner runner(threads);
  TapConvSpec spec = specOf(test, isa);
  addPacked(runner, test, &spec);
  spec.x = runner.add(plainLayout(dimsOfX(g)), test.x);
  if (test.residual) spec.residual = runner.add(plainLayout(dimsOfY(g)), test.added);
  Dims more = dimsOfY(g);
  ++more.n;
  const Value guarded =
      runner.add(plainLayout(more), std::vector<float>(static_cast<size_t>(more.size()), kGuard));
  spec.y = {guarded.id, plainLayout(dimsOfY(g))};
  const auto op = makeBandedConvOp(spec, g.window, blockOf(g, lanesOf(isa)), bands);
  runner.run(*op);
  const std::vector<float> all = runner.read(guarded);
  const size_t size = static_cast<size_t>(sizeOfY(g));
  for (size_t i = size; i < all.size(); ++i) CHECK_EQUAL(all[i], kGuard);
  return std::vector<float>(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(size));
}

std::string nameOf(const ConvGeometry& g, Isa isa, int bands) {
  std::string name = std::string(isaName(isa)) + ", bands " + std::to_string(bands) + ", fields";
  for (const int field : convFields(g)) name += " " + std::to_string(field);
  return name;
}

// A whole program of one convolution, between guards.
std::vector<float> runProgram(const BandCase& test, Isa isa, int threads, std::string* reason) {
  const ConvGeometry& g = test.geometry;
  ProgramBuilder builder;
  const int x = builder.input(sizeOfX(g)), added = builder.input(sizeOfY(g));
  const int weights = builder.constant(test.weights), bias = builder.constant(test.bias);
  const bool prelu = test.activation.kind == ActivationKind::kPrelu;
  const int slope = prelu ? builder.constant(test.slope) : kNoSlot;
  const int y = builder.slot(sizeOfY(g));
  ProgramBuilder::Extras extras;
  extras.algorithm = Algorithm::kDirect;
  extras.activation = test.activation;
  builder.step(StepKind::kConv, {x, weights, bias, test.residual ? added : kNoSlot, slope}, {y},
               convFields(g), extras);
  builder.output(y);
  const auto program = Program::create(builder.spec(), isa);
  *reason = program->describe()[0].reason;
  std::vector<float> guarded(static_cast<size_t>(sizeOfY(g)) + 2 * kGuards, kGuard);
  const void* inputs[] = {test.x.data(), test.added.data()};
  void* outputs[] = {guarded.data() + kGuards};
  ThreadPool::instance().setThreads(threads);
  program->run(inputs, outputs, nullptr);
  for (size_t i = 0; i < kGuards; ++i) {
    CHECK_EQUAL(guarded[i], kGuard);
    CHECK_EQUAL(guarded[guarded.size() - 1 - i], kGuard);
  }
  return std::vector<float>(guarded.begin() + kGuards, guarded.end() - kGuards);
}

BandCase image(const BandCase& test, int32_t n) {
  BandCase one = test;
  one.geometry.batch = 1;
  auto cut = [&](const std::vector<float>& all, int64_t size) {
    return std::vector<float>(all.begin() + n * size, all.begin() + (n + 1) * size);
  };
  one.x = cut(test.x, sizeOfX(one.geometry));
  one.added = cut(test.added, sizeOfY(one.geometry));
  return one;
}

ConvGeometry square(int32_t in, int32_t out, int32_t groups, int32_t size, int32_t kernel, int32_t stride) {
  const int32_t pad = kernel / 2, y = outputOf(size, kernel, stride, 1, 2 * pad);
  return {3,
          in,
          out,
          groups,
          {{1, size, size + 3},
           {1, y, outputOf(size + 3, kernel, stride, 1, 2 * pad)},
           {1, kernel, kernel},
           {1, stride, stride},
           {1, 1, 1},
           0,
           0,
           pad,
           pad,
           pad,
           pad}};
}

}  // namespace

TEST(bandsGiveTheBitsOfWholeTensors) {
  std::mt19937 random(20240611);
  const FlushDenormals flush;  // as in the pool's threads and in programs
  ThreadPool::instance().setThreads(3);
  for (int i = 0; i < 120; ++i) {
    forEachIsa([&](Isa isa) {
      const BandCase test = randomCase(random, lanesOf(isa));
      const int32_t rows = test.geometry.window.output.h;
      const std::vector<float> expected = byWholeTensors(test, isa);
      for (const int32_t bands : {1, 2, 5, rows / 2 + 1, rows}) {
        if (bands > rows) continue;
        const std::vector<float> got = byBands(test, isa, bands, i % 3 + 1);
        checkSame(got, expected, nameOf(test.geometry, isa, bands));
      }
    });
  }
}

// Weights that a panel uses in parts: results in the scratch are continued.
TEST(bandsContinueLongSums) {
  ConvGeometry g = square(1030, 70, 1, 9, 3, 2);
  g.batch = 1;
  const BandCase test = fill(g, {ActivationKind::kRelu, 0, 0}, true);
  ThreadPool::instance().setThreads(2);
  forEachIsa(
      [&](Isa isa) { checkSame(byBands(test, isa, 2, 2), byWholeTensors(test, isa), nameOf(g, isa, 2)); });
}

TEST(lonelyConvolutionsGoInBands) {
  const ConvGeometry shapes[] = {square(16, 33, 1, 50, 3, 2), square(3, 64, 1, 61, 7, 2),
                                 square(64, 64, 2, 30, 3, 1), square(40, 70, 1, 63, 1, 3)};
  int kind = 0;
  for (const ConvGeometry& g : shapes) {
    const ActivationKind activation = kind++ % 2 == 0 ? ActivationKind::kPrelu : ActivationKind::kGelu;
    const BandCase test = fill(g, {activation, 0, 0}, kind % 3 != 0);
    forEachIsa([&](Isa isa) {
      std::string reason;
      const std::vector<float> expected = byWholeTensors(test, isa);
      for (const int threads : {1, 2, 3}) {
        checkSame(runProgram(test, isa, threads, &reason), expected, nameOf(g, isa, 0));
        CHECK(reason.find("in bands") != std::string::npos);
      }
      for (int32_t n = 0; n < g.batch; ++n) {
        const int64_t size = sizeOfY(g) / g.batch;
        const std::vector<float> part(expected.begin() + n * size, expected.begin() + (n + 1) * size);
        checkSame(runProgram(image(test, n), isa, 2, &reason), part, nameOf(g, isa, n));
      }
    });
  }
}

TEST(bandsAreNotTakenWhereTheyDoNotPay) {
  forEachIsa([](Isa isa) {
    CHECK(bandCount(square(512, 2048, 1, 7, 1, 1), isa) < 2);  // weights beyond the cache
    CHECK(bandCount(square(16, 16, 1, 6, 3, 1), isa) < 2);     // too little work
    ConvGeometry volume = square(64, 64, 1, 30, 3, 1);
    volume.window.input.d = volume.window.output.d = 4;
    CHECK(bandCount(volume, isa) < 2);
    ConvGeometry row = square(64, 64, 1, 30, 3, 1);
    row.window.output.h = 1;
    CHECK(bandCount(row, isa) < 2);
  });
}

}  // namespace convkit::test

TEST_MAIN()
