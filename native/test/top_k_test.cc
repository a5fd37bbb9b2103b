#include "ops/top_k.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "test/harness.h"
#include "test/independence.h"
#include "test/op_runner.h"

using namespace convkit;
using namespace convkit::test;

namespace {

Layout flat(int64_t size) { return plainLayout({1, static_cast<int32_t>(size), {1, 1, 1}}); }

// Values, then places.
std::vector<float> topK(const TopKGeometry& g, const std::vector<float>& x, int threads = 2) {
  OpRunner runner(threads);
  const int64_t size = int64_t{g.outer} * g.k * g.inner;
  const Value input = runner.add(flat(static_cast<int64_t>(x.size())), x);
  const Value y = runner.add(flat(size)), places = runner.add(flat(size));
  runner.run(*makeTopKOp(g, input, y, places));
  std::vector<float> both = runner.read(y);
  const std::vector<float> at = runner.read(places);
  both.insert(both.end(), at.begin(), at.end());
  return both;
}

bool comesBefore(float a, float b, bool largest) {
  if (std::isnan(a) || std::isnan(b)) return largest ? !std::isnan(b) : !std::isnan(a);
  return largest ? a > b : a < b;
}

std::vector<float> expectedOf(const TopKGeometry& g, const std::vector<float>& x) {
  const size_t size = static_cast<size_t>(int64_t{g.outer} * g.k * g.inner);
  std::vector<float> both(2 * size);
  for (int64_t line = 0; line < int64_t{g.outer} * g.inner; ++line) {
    auto at = [&](int64_t i) {
      return static_cast<size_t>((line / g.inner * g.length + i) * g.inner + line % g.inner);
    };
    std::vector<int64_t> order(static_cast<size_t>(g.length));
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
      const float left = x[at(a)], right = x[at(b)];
      return !(std::isnan(left) && std::isnan(right)) && comesBefore(left, right, g.largest != 0);
    });
    for (int64_t i = 0; i < g.k; ++i) {
      const int64_t place = order[static_cast<size_t>(i)];
      const size_t to = static_cast<size_t>((line / g.inner * g.k + i) * g.inner + line % g.inner);
      both[to] = x[at(place)];
      both[size + to] = static_cast<float>(place);
    }
  }
  return both;
}

const TopKGeometry kShapes[] = {{1, 1, 1, 1, 1},    {3, 10, 1, 4, 1},    {2, 7, 5, 7, 0},
                                {1, 1000, 1, 5, 1}, {1, 300, 3, 299, 0}, {500, 33, 1, 3, 1}};

}  // namespace

TEST(ordersByValueThenPlace) {
  for (const TopKGeometry& g : kShapes) {
    // Of 19 different integers many are equal.
    std::vector<float> x = randomIntegers(int64_t{g.outer} * g.length * g.inner, 3);
    checkSame(topK(g, x), expectedOf(g, x), "ties");
    for (size_t i = 3; i < x.size(); i += 7) x[i] = std::numeric_limits<float>::quiet_NaN();
    for (size_t i = 5; i < x.size(); i += 7) x[i] = -std::numeric_limits<float>::infinity();
    for (size_t i = 6; i < x.size(); i += 11) x[i] = -x[i];
    checkSame(topK(g, x), expectedOf(g, x), "specials");
    checkThreads([&](int threads) { return topK(g, x, threads); });
  }
}

TEST(zerosOfBothSignsAreEqual) {
  const std::vector<float> both = topK({1, 4, 1, 4, 1}, {-0.0f, 0.0f, -0.0f, 1.0f});
  checkSame({both.begin() + 4, both.end()}, {3, 0, 1, 2}, "places");
  CHECK(std::signbit(both[1]) && !std::signbit(both[2]));
}

// Of which sorting asks again and again whether the run was cancelled.
TEST(longLines) {
  const int32_t length = (1 << 16) + 1000;
  const std::vector<float> x = randomIntegers(2 * length, 3);
  for (const TopKGeometry& g : {TopKGeometry{2, length, 1, 70, 1}, {1, length, 2, length, 0}}) {
    checkSame(topK(g, x), expectedOf(g, x), "long lines");
  }
}

TEST_MAIN()
