#include "ops/pool.h"

#include <cmath>
#include <limits>

#include "ops/adaptive_pool.h"
#include "test/harness.h"
#include "test/op_runner.h"

using namespace convkit;
using namespace convkit::test;

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

struct Shape {
  const char* name;
  int32_t batch, channels;
  Extent3 input, kernel, stride, dilation, pad;
  bool ceil;
};

int32_t outputOf(int32_t input, int32_t kernel, int32_t stride, int32_t dilation, int32_t pad, bool ceil) {
  const int32_t room = input + 2 * pad - dilation * (kernel - 1) - 1;
  int32_t output = (room + (ceil ? stride - 1 : 0)) / stride + 1;
  if (ceil && (output - 1) * stride >= input + pad) --output;
  return output;
}

PoolGeometry geometryOf(const Shape& s) {
  Window w{s.input, {}, s.kernel, s.stride, s.dilation, s.pad.d, s.pad.d, s.pad.h, s.pad.h, s.pad.w, s.pad.w};
  w.output = {outputOf(s.input.d, s.kernel.d, s.stride.d, s.dilation.d, s.pad.d, s.ceil),
              outputOf(s.input.h, s.kernel.h, s.stride.h, s.dilation.h, s.pad.h, s.ceil),
              outputOf(s.input.w, s.kernel.w, s.stride.w, s.dilation.w, s.pad.w, s.ceil)};
  return {s.batch, s.channels, w, 1, 0};
}

const Shape kShapes[] = {
    {"3x3 s2 p1", 2, 5, {1, 13, 31}, {1, 3, 3}, {1, 2, 2}, {1, 1, 1}, {0, 1, 1}, false},
    {"3x3 s1 p1", 1, 17, {1, 7, 9}, {1, 3, 3}, {1, 1, 1}, {1, 1, 1}, {0, 1, 1}, false},
    {"2x2 s2", 2, 16, {1, 16, 38}, {1, 2, 2}, {1, 2, 2}, {1, 1, 1}, {0, 0, 0}, false},
    {"ceil", 1, 3, {1, 4, 4}, {1, 3, 3}, {1, 3, 3}, {1, 1, 1}, {0, 1, 1}, true},
    {"ceil past the padding", 2, 33, {1, 6, 7}, {1, 3, 2}, {1, 2, 4}, {1, 1, 1}, {0, 1, 1}, true},
    {"13x13 s1 p6", 1, 4, {1, 19, 19}, {1, 13, 13}, {1, 1, 1}, {1, 1, 1}, {0, 6, 6}, false},
    {"1-D", 3, 1, {1, 1, 50}, {1, 1, 5}, {1, 1, 3}, {1, 1, 1}, {0, 0, 2}, false},
    {"3-D", 2, 9, {5, 6, 7}, {3, 2, 3}, {2, 1, 2}, {1, 1, 1}, {1, 1, 0}, false},
    {"1x1", 1, 2, {1, 3, 3}, {1, 1, 1}, {1, 1, 1}, {1, 1, 1}, {0, 0, 0}, false},
    {"whole plane", 2, 20, {1, 18, 17}, {1, 18, 17}, {1, 1, 1}, {1, 1, 1}, {0, 0, 0}, false},
    {"large, padded", 1, 6, {1, 40, 37}, {1, 20, 18}, {1, 9, 7}, {1, 1, 1}, {0, 10, 9}, true},
    {"enough for two threads", 2, 32, {1, 40, 41}, {1, 3, 3}, {1, 1, 1}, {1, 1, 1}, {0, 1, 1}, false},
};

const Shape kDilated[] = {
    {"dilated 3x3", 1, 6, {1, 11, 12}, {1, 3, 3}, {1, 2, 1}, {1, 2, 3}, {0, 1, 1}, false},
    {"taps on both sides of the input", 1, 3, {1, 4, 4}, {1, 2, 2}, {1, 1, 1}, {1, 5, 5}, {0, 1, 1}, false},
};

// Calls visit(inside, d, h, w) for each tap of a window.
template <class Visit>
void forEachTap(const Window& w, const Extent3& o, Visit visit) {
  for (int kd = 0; kd < w.kernel.d; ++kd) {
    for (int kh = 0; kh < w.kernel.h; ++kh) {
      for (int kw = 0; kw < w.kernel.w; ++kw) {
        const int d = o.d * w.stride.d - w.pad_front + kd * w.dilation.d;
        const int h = o.h * w.stride.h - w.pad_top + kh * w.dilation.h;
        const int x = o.w * w.stride.w - w.pad_left + kw * w.dilation.w;
        const bool inside = d >= 0 && d < w.input.d && h >= 0 && h < w.input.h && x >= 0 && x < w.input.w;
        visit(inside, d, h, x);
      }
    }
  }
}

template <class Pool>
std::vector<float> forEachOutput(const PoolGeometry& g, const std::vector<float>& x, Pool pool) {
  std::vector<float> y;
  const Extent3& out = g.window.output;
  for (int64_t plane = 0; plane < int64_t{g.batch} * g.channels; ++plane) {
    const float* values = x.data() + plane * g.window.input.volume();
    for (int d = 0; d < out.d; ++d) {
      for (int h = 0; h < out.h; ++h) {
        for (int w = 0; w < out.w; ++w) y.push_back(pool(values, Extent3{d, h, w}));
      }
    }
  }
  return y;
}

struct Maxima {
  std::vector<float> values;
  std::vector<int32_t> indices;
};

Maxima plainMax(const PoolGeometry& g, const std::vector<float>& x) {
  Maxima result;
  result.values = forEachOutput(g, x, [&](const float* plane, const Extent3& o) {
    float max = -kInfinity;
    int index = -1;
    forEachTap(g.window, o, [&](bool inside, int d, int h, int w) {
      if (!inside) return;
      const int at = (d * g.window.input.h + h) * g.window.input.w + w;
      if (index < 0 || plane[at] > max || std::isnan(plane[at])) {
        max = plane[at];
        index = at;
      }
    });
    result.indices.push_back(index < 0 ? 0 : index);
    return max;
  });
  return result;
}

std::vector<float> plainAverage(const PoolGeometry& g, const std::vector<float>& x) {
  return forEachOutput(g, x, [&](const float* plane, const Extent3& o) {
    double sum = 0;
    int inside_count = 0, padded_count = 0;
    const Window& v = g.window;
    forEachTap(v, o, [&](bool inside, int d, int h, int w) {
      if (inside) sum += plane[(d * v.input.h + h) * v.input.w + w];
      inside_count += inside;
      padded_count +=
          d < v.input.d + v.pad_back && h < v.input.h + v.pad_bottom && w < v.input.w + v.pad_right;
    });
    const int count = g.count_include_pad ? padded_count : inside_count;
    return static_cast<float>(sum / (g.divisor_override ? g.divisor_override : count));
  });
}

Dims inputDims(const PoolGeometry& g) { return {g.batch, g.channels, g.window.input}; }
Dims outputDims(const PoolGeometry& g) { return {g.batch, g.channels, g.window.output}; }

constexpr Halo kHaloX{1, 0, 2, 1, 1, 3};
constexpr Halo kHaloY{0, 1, 1, 1, 2, 0};

using MakePool = std::unique_ptr<Op> (*)(const PoolGeometry&, const Value&, const Value&, Isa);

std::vector<float> runBlocked(MakePool make, const PoolGeometry& g, const std::vector<float>& x, Isa isa,
                              bool halo, int threads = 2) {
  OpRunner runner(threads);
  const Value input = runner.add(blockedLayout(inputDims(g), lanesOf(isa), halo ? kHaloX : Halo{}), x);
  const Value output = runner.add(blockedLayout(outputDims(g), lanesOf(isa), halo ? kHaloY : Halo{}));
  runner.run(*make(g, input, output, isa));
  return runner.read(output);
}

// Some NaNs, and infinities of both signs, in numbers.
std::vector<float> withSpecials(std::vector<float> x) {
  for (size_t i = 3; i < x.size(); i += 29) x[i] = kNan;
  for (size_t i = 5; i < x.size(); i += 31) x[i] = -kInfinity;
  for (size_t i = 7; i < x.size(); i += 37) x[i] = kInfinity;
  return x;
}

void checkMax(const Shape& shape, Isa isa) {
  const PoolGeometry g = geometryOf(shape);
  const std::vector<float> x = randomIntegers(inputDims(g).size(), 1);
  for (const auto& values : {x, withSpecials(x), std::vector<float>(x.size(), -kInfinity)}) {
    for (bool halo : {false, true}) {
      checkSame(runBlocked(makeMaxPoolOp, g, values, isa, halo), plainMax(g, values).values, shape.name);
    }
  }
}

void checkAverage(const Shape& shape, Isa isa) {
  PoolGeometry g = geometryOf(shape);
  const std::vector<float> x = randomIntegers(inputDims(g).size(), 2);
  for (int32_t include_pad : {1, 0}) {
    for (int32_t divisor : {0, 7, -3}) {
      g.count_include_pad = include_pad;
      g.divisor_override = divisor;
      for (bool halo : {false, true}) {
        checkSame(runBlocked(makeAvgPoolOp, g, x, isa, halo), plainAverage(g, x), shape.name);
      }
    }
  }
}

}  // namespace

TEST(maxPoolEqualsPlainLoops) {
  forEachIsa([](Isa isa) {
    for (const Shape& shape : kShapes) checkMax(shape, isa);
    for (const Shape& shape : kDilated) checkMax(shape, isa);
  });
}

TEST(avgPoolEqualsPlainLoops) {
  forEachIsa([](Isa isa) {
    for (const Shape& shape : kShapes) checkAverage(shape, isa);
  });
}

TEST(avgPoolOfOnesInCeilMode) {
  PoolGeometry g = geometryOf({"", 1, 1, {1, 3, 3}, {1, 2, 2}, {1, 2, 2}, {1, 1, 1}, {0, 1, 1}, true});
  const std::vector<float> ones(9, 1.0f);
  forEachIsa([&](Isa isa) {
    g.count_include_pad = 1;
    checkSame(runBlocked(makeAvgPoolOp, g, ones, isa, false), {0.25f, 0.5f, 0.5f, 1.0f}, "ones");
    g.count_include_pad = 0;
    checkSame(runBlocked(makeAvgPoolOp, g, ones, isa, false), {1, 1, 1, 1}, "ones");
  });
}

TEST(maxPoolIndicesEqualPlainLoops) {
  for (const Shape& shape : kShapes) {
    const PoolGeometry g = geometryOf(shape);
    const std::vector<float> x = randomIntegers(inputDims(g).size(), 3);
    for (const auto& values : {x, withSpecials(x), std::vector<float>(x.size(), -kInfinity)}) {
      OpRunner runner;
      const Value input = runner.add(plainLayout(inputDims(g)), values);
      const Value output = runner.add(plainLayout(outputDims(g)));
      const Value indices = runner.addInts(std::vector<int32_t>(outputDims(g).size(), -5));
      runner.run(*makeMaxPoolIndicesOp(g, input, output, indices));
      const Maxima expected = plainMax(g, values);
      checkSame(runner.read(output), expected.values, shape.name);
      CHECK(runner.readInts(indices) == expected.indices);
    }
  }
}

TEST(maxPoolIndicesOfNanTiesAndNothing) {
  const PoolGeometry g = geometryOf({"", 1, 1, {1, 1, 8}, {1, 1, 4}, {1, 1, 4}, {1, 1, 1}, {0, 0, 0}, false});
  OpRunner runner;
  const Value input = runner.add(plainLayout(inputDims(g)), {kNan, 9, kNan, 2, 1, 5, 5, 0});
  const Value output = runner.add(plainLayout(outputDims(g)));
  const Value indices = runner.addInts({-1, -1});
  runner.run(*makeMaxPoolIndicesOp(g, input, output, indices));
  CHECK(runner.readInts(indices) == (std::vector<int32_t>{2, 5}));

  const PoolGeometry outside = geometryOf(kDilated[1]);
  OpRunner second;
  const Value x = second.add(plainLayout(inputDims(outside)), std::vector<float>(48, 1.0f));
  const Value y = second.add(plainLayout(outputDims(outside)));
  const Value at = second.addInts(std::vector<int32_t>(3, -1));
  second.run(*makeMaxPoolIndicesOp(outside, x, y, at));
  CHECK(second.readInts(at) == (std::vector<int32_t>{0, 0, 0}));
  checkSame(second.read(y), {-kInfinity, -kInfinity, -kInfinity}, "nothing inside");
}

namespace {

// Adaptive windows as sliding ones: one geometry an output, so that the plain loops above serve.
PoolGeometry adaptiveWindow(const ResizeGeometry& g, const Extent3& o) {
  auto first = [](int32_t i, int32_t n, int32_t out) { return static_cast<int32_t>(int64_t{i} * n / out); };
  auto end = [](int32_t i, int32_t n, int32_t out) {
    return static_cast<int32_t>(((i + int64_t{1}) * n + out - 1) / out);
  };
  const Extent3 from{first(o.d, g.input.d, g.output.d), first(o.h, g.input.h, g.output.h),
                     first(o.w, g.input.w, g.output.w)};
  const Extent3 kernel{end(o.d, g.input.d, g.output.d) - from.d, end(o.h, g.input.h, g.output.h) - from.h,
                       end(o.w, g.input.w, g.output.w) - from.w};
  Window w{g.input, {1, 1, 1}, kernel, {1, 1, 1}, {1, 1, 1}, -from.d, 0, -from.h, 0, -from.w, 0};
  return {1, 1, w, 0, 0};
}

template <class Plain>
std::vector<float> adaptivePlain(const ResizeGeometry& g, const std::vector<float>& x, Plain plain) {
  PoolGeometry outputs{g.batch, g.channels, {}, 0, 0};
  outputs.window.input = g.input;
  outputs.window.output = g.output;
  return forEachOutput(outputs, x, [&](const float* plane, const Extent3& o) {
    return plain(adaptiveWindow(g, o), std::vector<float>(plane, plane + g.input.volume()))[0];
  });
}

const ResizeGeometry kAdaptive[] = {
    {2, 5, {1, 7, 7}, {1, 1, 1}},    {1, 18, {1, 10, 9}, {1, 3, 4}},  {1, 3, {1, 3, 2}, {1, 5, 7}},
    {2, 16, {4, 5, 6}, {2, 5, 4}},   {1, 1, {1, 1, 23}, {1, 1, 5}},   {1, 7, {3, 6, 5}, {1, 1, 1}},
    {1, 40, {1, 60, 61}, {1, 1, 1}}, {2, 20, {1, 33, 47}, {1, 6, 6}},
};

using MakeAdaptive = std::unique_ptr<Op> (*)(const ResizeGeometry&, const Value&, const Value&, Isa);

std::vector<float> runAdaptive(MakeAdaptive make, const ResizeGeometry& g, const std::vector<float>& x,
                               Isa isa, bool halo, int threads = 2) {
  OpRunner runner(threads);
  const Dims in{g.batch, g.channels, g.input}, out{g.batch, g.channels, g.output};
  const Value input = runner.add(blockedLayout(in, lanesOf(isa), halo ? kHaloX : Halo{}), x);
  const Value output = runner.add(blockedLayout(out, lanesOf(isa), halo ? kHaloY : Halo{}));
  runner.run(*make(g, input, output, isa));
  return runner.read(output);
}

}  // namespace

TEST(adaptivePoolsEqualPlainLoops) {
  forEachIsa([](Isa isa) {
    for (const ResizeGeometry& g : kAdaptive) {
      const std::vector<float> x = randomIntegers(int64_t{g.batch} * g.channels * g.input.volume(), 4);
      for (bool halo : {false, true}) {
        checkSame(runAdaptive(makeAdaptiveAvgPoolOp, g, x, isa, halo), adaptivePlain(g, x, plainAverage),
                  "average");
        for (const auto& values : {x, withSpecials(x)}) {
          const auto expected = adaptivePlain(
              g, values,
              [](const PoolGeometry& one, const std::vector<float>& v) { return plainMax(one, v).values; });
          checkSame(runAdaptive(makeAdaptiveMaxPoolOp, g, values, isa, halo), expected, "max");
        }
      }
    }
  });
}

TEST(adaptiveMaxPoolIndicesPointAtTheMaxima) {
  for (const ResizeGeometry& g : kAdaptive) {
    const Dims in{g.batch, g.channels, g.input}, out{g.batch, g.channels, g.output};
    const std::vector<float> x = withSpecials(randomIntegers(in.size(), 5));
    OpRunner runner;
    const Value input = runner.add(plainLayout(in), x);
    const Value output = runner.add(plainLayout(out));
    const Value indices = runner.addInts(std::vector<int32_t>(static_cast<size_t>(out.size()), -5));
    runner.run(*makeAdaptiveMaxPoolIndicesOp(g, input, output, indices));
    std::vector<int32_t> expected;
    const auto values = adaptivePlain(g, x, [&](const PoolGeometry& one, const std::vector<float>& v) {
      const Maxima maxima = plainMax(one, v);
      expected.push_back(maxima.indices[0]);
      return maxima.values;
    });
    checkSame(runner.read(output), values, "max");
    CHECK(runner.readInts(indices) == expected);
  }
}

TEST(infiniteAveragesStayInfinite) {
  const ResizeGeometry g{1, 1, {1, 30, 40}, {1, 1, 1}};
  std::vector<float> x(1200, 1.0f);
  x[0] = kInfinity;
  forEachIsa(
      [&](Isa isa) { checkSame(runAdaptive(makeAdaptiveAvgPoolOp, g, x, isa, false), {kInfinity}, "inf"); });
  x[700] = -kInfinity;
  forEachIsa([&](Isa isa) { checkSame(runAdaptive(makeAdaptiveAvgPoolOp, g, x, isa, true), {kNan}, "nan"); });
}

TEST(globalAverageOfManyPixelsLosesNothing) {
  const ResizeGeometry g{1, 1, {1, 1100, 1000}, {1, 1, 1}};
  const std::vector<float> x(1100 * 1000, 0.1f);
  forEachIsa([&](Isa isa) {
    for (bool halo : {false, true}) {
      const float mean = runAdaptive(makeAdaptiveAvgPoolOp, g, x, isa, halo)[0];
      CHECK(std::fabs(mean - 0.1f) < 2e-7f);
    }
  });
}

TEST(resultsDependNeitherOnThreadsNorOnTheBatch) {
  const PoolGeometry three =
      geometryOf({"", 3, 20, {1, 41, 43}, {1, 3, 3}, {1, 1, 1}, {1, 1, 1}, {0, 1, 1}, false});
  const ResizeGeometry global{3, 20, {1, 41, 43}, {1, 2, 2}};
  const std::vector<float> image = randomReals(20 * 41 * 43, 6);
  std::vector<float> batch;
  for (int n = 0; n < 3; ++n) batch.insert(batch.end(), image.begin(), image.end());
  forEachIsa([&](Isa isa) {
    const auto one = runBlocked(makeAvgPoolOp, three, batch, isa, true, 1);
    checkSame(runBlocked(makeAvgPoolOp, three, batch, isa, true, 3), one, "threads");
    const auto mean = runAdaptive(makeAdaptiveAvgPoolOp, global, batch, isa, true, 1);
    checkSame(runAdaptive(makeAdaptiveAvgPoolOp, global, batch, isa, true, 3), mean, "threads");
    for (const auto& y : {one, mean}) {
      const size_t third = y.size() / 3;
      checkSame({y.begin() + third, y.begin() + 2 * third}, {y.begin(), y.begin() + third}, "batch");
    }
  });
}

TEST_MAIN()
