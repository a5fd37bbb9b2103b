#include <cmath>
#include <limits>

#include "ops/im2col.h"
#include "ops/lp_pool.h"
#include "ops/max_unpool.h"
#include "ops/pad.h"
#include "ops/softmax.h"
#include "ops/transpose.h"
#include "program/program.h"
#include "test/harness.h"
#include "test/independence.h"
#include "test/op_runner.h"

using namespace convkit;
using namespace convkit::test;

namespace {

Layout flat(int64_t size) { return plainLayout({1, static_cast<int32_t>(size), {1, 1, 1}}); }

}  // namespace

TEST(softmaxEqualsItsFormula) {
  const SoftmaxGeometry shapes[] = {{3, 10, 1},   {1, 1, 5},    {2, 7, 3},
                                    {1, 21, 130}, {2, 1001, 1}, {200, 33, 65}};
  forEachIsa([&](Isa isa) {
    for (const SoftmaxGeometry& g : shapes) {
      const int64_t size = int64_t{g.outer} * g.length * g.inner;
      const std::vector<float> x = randomReals(size, 1, 60);
      OpRunner runner;
      const Value input = runner.add(flat(size), x), output = runner.add(flat(size));
      runner.run(*makeSoftmaxOp(g, input, output, isa));
      const std::vector<float> y = runner.read(output);
      for (int64_t line = 0; line < int64_t{g.outer} * g.inner; ++line) {
        const int64_t start = line / g.inner * g.length * g.inner + line % g.inner;
        double largest = -1e9, sum = 0;
        for (int k = 0; k < g.length; ++k) largest = std::fmax(largest, x[start + k * int64_t{g.inner}]);
        for (int k = 0; k < g.length; ++k) sum += std::exp(x[start + k * int64_t{g.inner}] - largest);
        for (int k = 0; k < g.length; ++k) {
          const int64_t at = start + k * int64_t{g.inner};
          CHECK(std::fabs(y[at] - std::exp(x[at] - largest) / sum) < 5e-7);
        }
      }
    }
  });
}

TEST(logSoftmaxEqualsItsFormula) {
  const SoftmaxGeometry shapes[] = {{3, 10, 1},   {1, 1, 5},    {2, 7, 3},
                                    {1, 21, 130}, {2, 1001, 1}, {200, 33, 65}};
  forEachIsa([&](Isa isa) {
    for (const SoftmaxGeometry& g : shapes) {
      const int64_t size = int64_t{g.outer} * g.length * g.inner;
      // Powers of such numbers are too large for float32.
      const std::vector<float> x = randomReals(size, 3, 300);
      auto logSoftmax = [&](int threads) {
        OpRunner runner(threads);
        const Value input = runner.add(flat(size), x), output = runner.add(flat(size));
        runner.run(*makeLogSoftmaxOp(g, input, output, isa));
        return runner.read(output);
      };
      const std::vector<float> y = logSoftmax(2);
      for (int64_t line = 0; line < int64_t{g.outer} * g.inner; ++line) {
        const int64_t start = line / g.inner * g.length * g.inner + line % g.inner;
        double largest = -1e9, sum = 0;
        for (int k = 0; k < g.length; ++k) largest = std::fmax(largest, x[start + k * int64_t{g.inner}]);
        for (int k = 0; k < g.length; ++k) sum += std::exp(x[start + k * int64_t{g.inner}] - largest);
        for (int k = 0; k < g.length; ++k) {
          const int64_t at = start + k * int64_t{g.inner};
          CHECK(near(y[at], x[at] - largest - std::log(sum), 5e-7));
        }
      }
      checkThreads(logSoftmax);
    }
  });
}

TEST(softmaxOfNanIsNan) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  forEachIsa([&](Isa isa) {
    for (int32_t inner : {1, 2}) {
      for (int where : {0, 1, 2}) {
        std::vector<float> x(3 * static_cast<size_t>(inner), 1.0f);
        x[static_cast<size_t>(where * inner)] = nan;
        OpRunner runner;
        const Value value = runner.add(flat(3 * inner), x);
        runner.run(*makeSoftmaxOp({1, 3, inner}, value, value, isa));
        const std::vector<float> y = runner.read(value);
        for (size_t i = 0; i < y.size(); ++i) {
          CHECK(i % static_cast<size_t>(inner) == 0 ? y[i] != y[i] : near(y[i], 1.0 / 3, 1e-7));
        }
      }
    }
  });
}

namespace {

PoolGeometry columnsGeometry(int32_t batch, int32_t channels, Window w) {
  auto output = [](int32_t n, int32_t k, int32_t s, int32_t d, int32_t pads) {
    return (n + pads - d * (k - 1) - 1) / s + 1;
  };
  w.output = {output(w.input.d, w.kernel.d, w.stride.d, w.dilation.d, w.pad_front + w.pad_back),
              output(w.input.h, w.kernel.h, w.stride.h, w.dilation.h, w.pad_top + w.pad_bottom),
              output(w.input.w, w.kernel.w, w.stride.w, w.dilation.w, w.pad_left + w.pad_right)};
  return {batch, channels, w, 0, 0};
}

const PoolGeometry kColumns[] = {
    columnsGeometry(2, 3, {{1, 5, 6}, {}, {1, 3, 3}, {1, 1, 1}, {1, 1, 1}, 0, 0, 1, 1, 1, 1}),
    columnsGeometry(1, 2, {{1, 9, 8}, {}, {1, 2, 3}, {1, 3, 2}, {1, 1, 2}, 0, 0, 0, 2, 3, 1}),
    columnsGeometry(1, 2, {{4, 5, 6}, {}, {2, 3, 1}, {2, 1, 3}, {1, 2, 1}, 1, 0, 1, 1, 0, 0}),
    columnsGeometry(1, 1, {{1, 3, 3}, {}, {1, 5, 5}, {1, 2, 2}, {1, 1, 1}, 0, 0, 4, 4, 4, 4}),
    columnsGeometry(2, 40, {{1, 30, 31}, {}, {1, 3, 3}, {1, 1, 1}, {1, 1, 1}, 0, 0, 1, 1, 1, 1}),
};

// Calls visit(column, image) with the flat places of every tap, image −1 in the padding.
template <class Visit>
void forEachColumn(const PoolGeometry& g, Visit visit) {
  const Window& w = g.window;
  int64_t column = 0;
  for (int plane = 0; plane < g.batch * g.channels; ++plane) {
    for (int tap = 0; tap < w.kernel.volume(); ++tap) {
      const int kw = tap % w.kernel.w, kh = tap / w.kernel.w % w.kernel.h, kd = tap / w.kernel.w / w.kernel.h;
      for (int o = 0; o < w.output.volume(); ++o, ++column) {
        const int ow = o % w.output.w, oh = o / w.output.w % w.output.h, od = o / w.output.w / w.output.h;
        const int d = od * w.stride.d + kd * w.dilation.d - w.pad_front;
        const int h = oh * w.stride.h + kh * w.dilation.h - w.pad_top;
        const int x = ow * w.stride.w + kw * w.dilation.w - w.pad_left;
        const bool inside = d >= 0 && d < w.input.d && h >= 0 && h < w.input.h && x >= 0 && x < w.input.w;
        visit(column, inside ? ((int64_t{plane} * w.input.d + d) * w.input.h + h) * w.input.w + x : -1);
      }
    }
  }
}

int64_t imageSize(const PoolGeometry& g) { return g.batch * g.channels * g.window.input.volume(); }
int64_t columnsSize(const PoolGeometry& g) {
  return g.batch * g.channels * g.window.kernel.volume() * g.window.output.volume();
}

}  // namespace

TEST(im2colTakesEveryTap) {
  for (const PoolGeometry& g : kColumns) {
    const std::vector<float> x = randomReals(imageSize(g), 2);
    std::vector<float> expected(static_cast<size_t>(columnsSize(g)));
    forEachColumn(g, [&](int64_t column, int64_t image) { expected[column] = image < 0 ? 0 : x[image]; });
    OpRunner runner;
    const Value input = runner.add(flat(imageSize(g)), x), output = runner.add(flat(columnsSize(g)));
    runner.run(*makeIm2colOp(g, input, output));
    checkSame(runner.read(output), expected, "im2col");
  }
}

TEST(col2imAddsEveryTap) {
  for (const PoolGeometry& g : kColumns) {
    const std::vector<float> x = randomIntegers(columnsSize(g), 3);
    std::vector<float> expected(static_cast<size_t>(imageSize(g)));
    forEachColumn(g, [&](int64_t column, int64_t image) {
      if (image >= 0) expected[image] += x[column];
    });
    OpRunner runner;
    const Value input = runner.add(flat(columnsSize(g)), x), output = runner.add(flat(imageSize(g)));
    runner.run(*makeCol2imOp(g, input, output));
    checkSame(runner.read(output), expected, "col2im");
  }
}

namespace {

int32_t paddedSource(int32_t at, int32_t n, PadMode mode) {
  if (at >= 0 && at < n) return at;
  switch (mode) {
    case PadMode::kReflect:
      return at < 0 ? -at : 2 * n - 2 - at;
    case PadMode::kReplicate:
      return at < 0 ? 0 : n - 1;
    case PadMode::kCircular:
      return (at + n) % n;
    default:
      return -1;
  }
}

}  // namespace

TEST(padCopiesFromTheRightPlace) {
  for (PadMode mode : {PadMode::kZeros, PadMode::kReflect, PadMode::kReplicate, PadMode::kCircular}) {
    for (const PadGeometry& g : {PadGeometry{6, {3, 4, 5}, 1, 2, 3, 0, 2, 4, mode},
                                 PadGeometry{2, {1, 7, 6}, 0, 0, 5, 6, 4, 5, mode},
                                 PadGeometry{64, {1, 30, 60}, 0, 0, 1, 1, 1, 1, mode}}) {
      const Extent3 out{g.input.d + g.pad_front + g.pad_back, g.input.h + g.pad_top + g.pad_bottom,
                        g.input.w + g.pad_left + g.pad_right};
      const std::vector<float> x = randomReals(g.outer * g.input.volume(), 4);
      std::vector<float> expected;
      for (int i = 0; i < g.outer * out.volume(); ++i) {
        const int d = paddedSource(i / out.w / out.h % out.d - g.pad_front, g.input.d, mode);
        const int h = paddedSource(i / out.w % out.h - g.pad_top, g.input.h, mode);
        const int w = paddedSource(i % out.w - g.pad_left, g.input.w, mode);
        const int64_t plane = i / out.volume() * g.input.volume();
        const bool zero = d < 0 || h < 0 || w < 0;
        expected.push_back(zero ? 0 : x[plane + (int64_t{d} * g.input.h + h) * g.input.w + w]);
      }
      OpRunner runner;
      const Value input = runner.add(flat(static_cast<int64_t>(x.size())), x);
      const Value output = runner.add(flat(static_cast<int64_t>(expected.size())));
      runner.run(*makePadOp(g, 0, input, output));
      checkSame(runner.read(output), expected, "pad");
    }
  }
}

TEST(transposeMovesFloatsAndIntegers) {
  for (const TransposeGeometry& g : {TransposeGeometry{1, 1, 1},
                                     {2, 5, 3},
                                     {3, 17, 33},
                                     {2, 700, 3},
                                     {1, 3, 900},
                                     {1, 300, 260},
                                     {0x20, 48, 64}}) {
    const int64_t size = int64_t{g.batch} * g.rows * g.columns;
    std::vector<float> x(static_cast<size_t>(size));
    std::vector<int32_t> ints(x.size()), expected(x.size());
    for (int32_t i = 0; i < size; ++i) {
      x[i] = static_cast<float>(i);
      // Bit patterns that are signalling NaNs as floats must survive.
      ints[i] = 0x7f800001 + i;
      const int32_t plane = g.rows * g.columns;
      const int32_t r = i % plane / g.columns, c = i % g.columns;
      expected[i / plane * plane + c * g.rows + r] = i;
    }
    OpRunner runner;
    const Value input = runner.add(flat(size), x), output = runner.add(flat(size));
    runner.run(*makeTransposeOp(g, input, output));
    checkSame(runner.read(output), std::vector<float>(expected.begin(), expected.end()), "transpose");
    const Value int_input = runner.addInts(ints),
                int_output = runner.addInts(std::vector<int32_t>(ints.size()));
    runner.run(*makeTransposeOp(g, int_input, int_output));
    for (int32_t& value : expected) value += 0x7f800001;
    CHECK(runner.readInts(int_output) == expected);
  }
}

namespace {

float plainLp(const std::vector<float>& x, double p, double kernel_size) {
  double sum = 0;
  for (float v : x) sum += std::pow(static_cast<double>(v), p);
  return static_cast<float>(std::pow(sum * kernel_size / static_cast<double>(x.size()), 1 / p));
}

}  // namespace

TEST(lpPoolEqualsItsFormula) {
  // Ceil mode: the last windows have only part of their taps inside.
  const Window window{{1, 3, 5}, {1, 2, 3}, {1, 2, 2}, {1, 2, 2}, {1, 1, 1}, 0, 0, 0, 0, 0, 0};
  const std::vector<float> x = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  for (float p : {1.0f, 2.0f, 3.0f, 1.5f}) {
    OpRunner runner;
    const Value input = runner.add(flat(15), x), output = runner.add(flat(6));
    runner.run(*makeLpPoolOp({1, 1, window, 0, 0}, p, input, output));
    const double e = static_cast<double>(p);
    const std::vector<float> expected = {plainLp({1, 2, 6, 7}, e, 4), plainLp({3, 4, 8, 9}, e, 4),
                                         plainLp({5, 10}, e, 4),      plainLp({11, 12}, e, 4),
                                         plainLp({13, 14}, e, 4),     plainLp({15}, e, 4)};
    const std::vector<float> y = runner.read(output);
    for (size_t i = 0; i < y.size(); ++i) CHECK(near(y[i], static_cast<double>(expected[i]), 1e-6));
  }
}

TEST(maxUnpoolScattersPerPlane) {
  const ResizeGeometry g{1, 2, {1, 2, 2}, {1, 3, 4}};
  OpRunner runner;
  const Value x = runner.add(flat(8), {1, 2, 3, 4, 5, 6, 7, 8});
  // The second plane names 3 twice: the later value stays.
  const Value indices = runner.addInts({0, 3, 11, 5, 3, 1, 3, 0});
  const Value y = runner.add(flat(24));
  runner.run(*makeMaxUnpoolOp(g, x, indices, y));
  checkSame(runner.read(y), {1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 3, 8, 6, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0},
            "unpool");
}

TEST(maxUnpoolRefusesIndicesOutsideBeforeItWrites) {
  const ResizeGeometry g{1, 2, {1, 2, 2}, {1, 3, 4}};
  for (int32_t bad : {12, -1, std::numeric_limits<int32_t>::max(), std::numeric_limits<int32_t>::min()}) {
    OpRunner runner;
    const Value x = runner.add(flat(8), {1, 2, 3, 4, 5, 6, 7, 8});
    const Value indices = runner.addInts({0, 3, 11, 5, 3, bad, 99, 0});
    const std::vector<float> before(24, 5.0f);
    const Value y = runner.add(flat(24), before);
    std::string message;
    try {
      runner.run(*makeMaxUnpoolOp(g, x, indices, y));
    } catch (const RunError& error) {
      message = error.what();
    }
    const std::string expected =
        "maxUnpool: Found an invalid max index: " + std::to_string(bad) +
        " at indices[5] (output volumes are of size 1x3x4); expected an index from 0 to 11";
    CHECK_EQUAL(message, expected);
    checkSame(runner.read(y), before, "nothing written");
  }
}

TEST_MAIN()
