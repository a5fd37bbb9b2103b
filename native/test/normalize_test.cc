#include "ops/normalize.h"

#include <cmath>

#include "ops/lrn.h"
#include "test/harness.h"
#include "test/independence.h"
#include "test/op_runner.h"

using namespace convkit;
using namespace convkit::test;

namespace {

Layout flat(int64_t size) { return plainLayout({1, static_cast<int32_t>(size), {1, 1, 1}}); }

std::vector<float> normalize(const NormalizeGeometry& g, double eps, const std::vector<float>& x,
                             int threads = 2) {
  OpRunner runner(threads);
  const Value input = runner.addVector(x), output = runner.add(flat(static_cast<int64_t>(x.size())));
  runner.run(*makeNormalizeOp(g, eps, input, output));
  return runner.read(output);
}

std::vector<float> lrn(const LrnGeometry& g, const LrnParameters& p, const std::vector<float>& x,
                       int threads = 2) {
  OpRunner runner(threads);
  const Value input = runner.addVector(x), output = runner.add(flat(static_cast<int64_t>(x.size())));
  runner.run(*makeLrnOp(g, p, input, output));
  return runner.read(output);
}

}  // namespace

TEST(rowsHaveMeanZeroAndVarianceOne) {
  const NormalizeGeometry shapes[] = {{1, 1},    {3, 7},     {50, 16},   {2, 1023},
                                      {1, 1025}, {300, 768}, {2, 100000}};
  for (const NormalizeGeometry& g : shapes) {
    // A mean of a thousand deviations takes most of float32's digits.
    for (const float shift : {0.0f, 1000.0f}) {
      std::vector<float> x = randomReals(int64_t{g.rows} * g.length, 13, 1.7f);
      for (float& value : x) value += shift;
      const std::vector<float> y = normalize(g, 1e-5, x);
      for (int row = 0; row < g.rows; ++row) {
        const float* from = x.data() + int64_t{row} * g.length;
        double mean = 0, variance = 0;
        for (int i = 0; i < g.length; ++i) mean += from[i];
        mean /= g.length;
        for (int i = 0; i < g.length; ++i) variance += (from[i] - mean) * (from[i] - mean);
        const double scale = 1 / std::sqrt(variance / g.length + 1e-5);
        for (int i = 0; i < g.length; ++i) {
          CHECK(near(y[static_cast<size_t>(int64_t{row} * g.length + i)], (from[i] - mean) * scale, 3e-6));
        }
      }
      checkThreads([&](int threads) { return normalize(g, 1e-5, x, threads); });
    }
  }
}

TEST(nanStaysInItsRow) {
  std::vector<float> x = randomReals(40, 14);
  x[25] = std::nanf("");
  const std::vector<float> y = normalize({4, 10}, 0.1, x);
  for (size_t i = 0; i < y.size(); ++i) CHECK(std::isnan(y[i]) == (i / 10 == 2));
}

TEST(lrnEqualsItsFormula) {
  const LrnGeometry shapes[] = {{1, 1, 1, 1},  {2, 7, 5, 3},   {1, 6, 300, 4},       {2, 20, 13, 5},
                                {1, 3, 17, 9}, {3, 2, 257, 2}, {1, 5, 4, 2147483647}};
  for (const LrnGeometry& g : shapes) {
    for (const float beta : {0.75f, 0.5f, 1.0f, 0.3f}) {
      const LrnParameters p{0.8f, beta, 1.5f};
      const std::vector<float> x = randomReals(int64_t{g.outer} * g.channels * g.inner, 15);
      const std::vector<float> y = lrn(g, p, x);
      for (size_t i = 0; i < x.size(); ++i) {
        const int64_t inner = static_cast<int64_t>(i) % g.inner, plane = static_cast<int64_t>(i) / g.inner;
        double sum = 0;
        for (int64_t c = 0; c < g.channels; ++c) {
          const int64_t away = c - plane % g.channels;
          if (away < -((int64_t{g.size} - 1) / 2) || away > g.size / 2) continue;
          const double value = x[static_cast<size_t>((plane + away) * g.inner + inner)];
          sum += value * value;
        }
        CHECK(near(y[i], x[i] / std::pow(p.bias + double{p.alpha} / g.size * sum, double{beta}), 2e-6));
      }
      checkThreads([&](int threads) { return lrn(g, p, x, threads); });
    }
  }
}

TEST_MAIN()
