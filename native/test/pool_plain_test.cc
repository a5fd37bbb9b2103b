#include "ops/pool_plain.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/denormals.h"
#include "core/memory.h"
#include "test/harness.h"
#include "test/op_runner.h"
#include "test/plain_pool.h"

using namespace convkit;
using namespace convkit::test;

namespace {

constexpr PoolReduction kMax = PoolReduction::kMax, kAverage = PoolReduction::kAverage;

// Guard values stand on both sides of the output; the input ends where its memory ends.
template <class Geometry>
std::vector<float> run(PoolReduction reduction, const Geometry& g, const std::vector<float>& x, Isa isa,
                       int threads = 2) {
  constexpr float kGuard = -77777;
  constexpr size_t kGuards = 64;
  const Dims in = inputDims(g), out = outputDims(g);
  const std::unique_ptr<Op> op =
      makePlainPoolOp(reduction, g, {0, plainLayout(in)}, {1, plainLayout(out)}, isa);
  std::vector<float> memory(static_cast<size_t>(out.size()) + 2 * kGuards, kGuard);
  const size_t stride = (op->threadScratchBytes() + 127) / 128 * 128;
  AlignedBuffer scratch(stride * static_cast<size_t>(threads));
  std::memset(scratch.data(), 0xff, scratch.size());
  void* values[] = {const_cast<float*>(x.data()), memory.data() + kGuards};
  op->run({values, threads, scratch.data<char>(), stride, nullptr});
  const auto intact = [&](auto from, auto to) {
    return std::all_of(from, to, [](float value) { return value == kGuard; });
  };
  CHECK(intact(memory.begin(), memory.begin() + kGuards));
  CHECK(intact(memory.end() - kGuards, memory.end()));
  return {memory.begin() + kGuards, memory.end() - kGuards};
}

Extent3 flat(int32_t w) { return {1, 1, w}; }
Extent3 square(int32_t size) { return {1, size, size}; }

// Every way across a row, over widths on both sides of one, two and four vectors of any instruction set.
std::vector<PoolShape> rowShapes() {
  std::vector<PoolShape> shapes;
  for (int32_t width : {1, 3, 4, 5, 7, 8, 9, 14, 15, 16, 17, 28, 31, 32, 33, 34, 56, 63, 64, 65, 66, 130}) {
    for (int32_t kernel : {1, 2, 3, 4, 7}) {
      for (int32_t stride : {1, 2, 3, 5}) {
        const int32_t pad = kernel / 2;
        if (width + 2 * pad < kernel) continue;
        shapes.push_back({"rows",
                          1,
                          3,
                          {1, 5, width},
                          {1, 2, kernel},
                          {1, stride, stride},
                          {1, 1, 1},
                          {0, 0, pad},
                          false});
      }
    }
  }
  return shapes;
}

const PoolShape kShapes[] = {
    {"3x3 s2 p1", 2, 5, {1, 13, 31}, {1, 3, 3}, {1, 2, 2}, {1, 1, 1}, {0, 1, 1}, false},
    {"3x3 s1 p1", 1, 17, {1, 7, 9}, {1, 3, 3}, {1, 1, 1}, {1, 1, 1}, {0, 1, 1}, false},
    {"2x2 s2", 2, 16, {1, 16, 38}, {1, 2, 2}, {1, 2, 2}, {1, 1, 1}, {0, 0, 0}, false},
    {"ceil", 1, 3, {1, 4, 4}, {1, 3, 3}, {1, 3, 3}, {1, 1, 1}, {0, 1, 1}, true},
    {"ceil past the padding", 2, 33, {1, 6, 7}, {1, 3, 2}, {1, 2, 4}, {1, 1, 1}, {0, 1, 1}, true},
    {"ceil, stride 2", 1, 3, {1, 8, 40}, {1, 3, 3}, {1, 2, 2}, {1, 1, 1}, {0, 0, 0}, true},
    {"13x13 s1 p6", 1, 4, {1, 19, 19}, {1, 13, 13}, {1, 1, 1}, {1, 1, 1}, {0, 6, 6}, false},
    {"1-D", 3, 1, {1, 1, 50}, {1, 1, 5}, {1, 1, 3}, {1, 1, 1}, {0, 0, 2}, false},
    {"1-D in several segments", 2, 1, {1, 1, 9001}, {1, 1, 3}, {1, 1, 1}, {1, 1, 1}, {0, 0, 1}, false},
    {"several segments, stride 2", 1, 1, {1, 3, 9002}, {1, 2, 3}, {1, 1, 2}, {1, 1, 1}, {0, 1, 1}, true},
    {"several segments, stride 17", 1, 2, {1, 2, 9002}, {1, 2, 3}, {1, 1, 17}, {1, 1, 1}, {0, 1, 1}, false},
    {"3-D", 2, 9, {5, 6, 7}, {3, 2, 3}, {2, 1, 2}, {1, 1, 1}, {1, 1, 0}, false},
    {"3-D, wide", 1, 2, {4, 6, 37}, {2, 3, 3}, {1, 2, 1}, {1, 1, 1}, {1, 1, 1}, false},
    {"1x1", 1, 2, {1, 3, 3}, {1, 1, 1}, {1, 1, 1}, {1, 1, 1}, {0, 0, 0}, false},
    {"whole plane", 2, 20, {1, 18, 17}, {1, 18, 17}, {1, 1, 1}, {1, 1, 1}, {0, 0, 0}, false},
    {"whole width", 2, 3, {1, 18, 17}, {1, 3, 17}, {1, 2, 1}, {1, 1, 1}, {0, 1, 0}, false},
    {"large, padded", 1, 6, {1, 40, 37}, {1, 20, 18}, {1, 9, 7}, {1, 1, 1}, {0, 10, 9}, true},
    {"large, far apart", 1, 6, {1, 40, 87}, {1, 20, 18}, {1, 9, 19}, {1, 1, 1}, {0, 10, 9}, true},
    {"hundreds of rows", 1, 2, {1, 300, 19}, {1, 290, 3}, {1, 1, 1}, {1, 1, 1}, {0, 0, 1}, false},
    {"enough for two threads", 2, 32, {1, 40, 41}, {1, 3, 3}, {1, 1, 1}, {1, 1, 1}, {0, 1, 1}, false},
};

const PoolShape kDilated[] = {
    {"dilated 3x3", 1, 6, {1, 11, 12}, {1, 3, 3}, {1, 2, 1}, {1, 2, 3}, {0, 1, 1}, false},
    {"dilated, stride 2", 1, 6, {1, 11, 42}, {1, 3, 3}, {1, 2, 2}, {1, 2, 3}, {0, 1, 1}, false},
    {"dilated, stride 3", 1, 6, {1, 11, 42}, {1, 3, 3}, {1, 3, 3}, {1, 2, 2}, {0, 1, 1}, false},
    {"one column of outputs", 1, 2, {1, 9, 5}, {1, 3, 3}, {1, 1, 1}, {1, 1, 2}, {0, 1, 0}, false},
    {"nothing but padding", 1, 2, {1, 3, 30}, {1, 1, 2}, {1, 2, 1}, {1, 1, 1}, {0, 4, 5000}, false},
    {"far apart", 1, 2, {1, 3, 9000}, {1, 1, 2}, {1, 2, 70}, {1, 1, 3}, {0, 0, 1}, false},
    {"taps on both sides of the input", 1, 3, {1, 4, 4}, {1, 2, 2}, {1, 1, 1}, {1, 5, 5}, {0, 1, 1}, false},
};

void checkMax(const PoolShape& shape, Isa isa) {
  const PoolGeometry g = geometryOf(shape);
  const std::vector<float> x = randomIntegers(inputDims(g).size(), 1);
  for (const auto& values : {x, withSpecials(x), std::vector<float>(x.size(), -kInfinity)}) {
    checkSame(run(kMax, g, values, isa), plainMax(g, values).values, shape.name);
  }
}

void checkAverage(const PoolShape& shape, Isa isa) {
  PoolGeometry g = geometryOf(shape);
  const std::vector<float> x = randomIntegers(inputDims(g).size(), 2);
  for (int32_t include_pad : {1, 0}) {
    for (int32_t divisor : {0, 7, -4}) {
      g.count_include_pad = include_pad;
      g.divisor_override = divisor;
      checkSame(run(kAverage, g, x, isa), plainAverage(g, x), shape.name);
    }
  }
}

std::vector<ResizeGeometry> adaptiveShapes() {
  std::vector<ResizeGeometry> shapes = {
      {1, 18, {1, 10, 9}, {1, 3, 4}},      {1, 3, {1, 3, 2}, {1, 5, 7}},    {2, 16, {4, 5, 6}, {2, 5, 4}},
      {1, 1, {1, 1, 23}, {1, 1, 5}},       {1, 7, {3, 6, 5}, {1, 1, 1}},    {1, 40, {1, 60, 61}, {1, 1, 1}},
      {2, 20, {1, 33, 47}, {1, 6, 6}},     {1, 3, {1, 28, 28}, {1, 7, 7}},  {1, 3, {1, 28, 56}, {1, 14, 28}},
      {1, 2, {1, 3, 10007}, {1, 2, 9000}}, {1, 2, {1, 64, 100}, {1, 2, 3}}, {1, 3, {3, 20, 8}, {2, 3, 1}},
      {1, 1, {1, 1, 40000}, {1, 1, 2}},
  };
  // Whole planes on both sides of one to four vectors, in numbers on both sides of four.
  for (int32_t size : {1, 3, 4, 5, 8, 12, 15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 64, 65, 200}) {
    for (int32_t channels : {1, 4, 7}) shapes.push_back({1, channels, flat(size), flat(1)});
  }
  return shapes;
}

std::vector<float> repeated(const std::vector<float>& image, int times) {
  std::vector<float> batch;
  for (int n = 0; n < times; ++n) batch.insert(batch.end(), image.begin(), image.end());
  return batch;
}

template <class Geometry>
void checkIndependence(PoolReduction reduction, const Geometry& batch, Isa isa) {
  Geometry alone = batch;
  alone.batch = 1;
  const std::vector<float> image = randomReals(inputDims(alone).size(), 6);
  const std::vector<float> one = run(reduction, alone, image, isa, 1);
  const std::vector<float> x = repeated(image, batch.batch);
  for (int threads : {1, 2, 3}) {
    checkSame(run(reduction, batch, x, isa, threads), repeated(one, batch.batch), "batch, threads");
  }
}

}  // namespace

TEST(plainMaxPoolEqualsPlainLoops) {
  forEachIsa([](Isa isa) {
    for (const PoolShape& shape : kShapes) checkMax(shape, isa);
    for (const PoolShape& shape : kDilated) checkMax(shape, isa);
    for (const PoolShape& shape : rowShapes()) checkMax(shape, isa);
  });
}

TEST(plainAvgPoolEqualsPlainLoops) {
  forEachIsa([](Isa isa) {
    for (const PoolShape& shape : kShapes) checkAverage(shape, isa);
    for (const PoolShape& shape : rowShapes()) checkAverage(shape, isa);
  });
}

TEST(plainAdaptivePoolsEqualPlainLoops) {
  forEachIsa([](Isa isa) {
    for (const ResizeGeometry& g : adaptiveShapes()) {
      const std::vector<float> x = randomIntegers(inputDims(g).size(), 4);
      checkSame(run(kAverage, g, x, isa), adaptiveAverage(g, x), "average");
      for (const auto& values : {x, withSpecials(x), std::vector<float>(x.size(), -kInfinity)}) {
        checkSame(run(kMax, g, values, isa), adaptiveMax(g, values).values, "max");
      }
    }
  });
}

TEST(infinityAndNanGoThroughAnAverage) {
  const PoolShape shape{"", 1, 1, square(40), {1, 3, 3}, {1, 2, 2}, {1, 1, 1}, {0, 1, 1}, false};
  PoolGeometry g = geometryOf(shape);
  const std::vector<float> x = withSpecials(randomIntegers(1600, 8));
  const ResizeGeometry whole{1, 1, {1, 30, 40}, {1, 1, 1}};
  forEachIsa([&](Isa isa) {
    for (int32_t divisor : {0, 4}) {
      g.divisor_override = divisor;
      checkSame(run(kAverage, g, x, isa), plainAverage(g, x), "specials");
    }
    std::vector<float> ones(1200, 1.0f);
    ones[0] = kInfinity;
    checkSame(run(kAverage, whole, ones, isa), {kInfinity}, "inf");
    ones[700] = -kInfinity;
    checkSame(run(kAverage, whole, ones, isa), {kNan}, "nan");
  });
}

TEST(longSumsLoseNothing) {
  const ResizeGeometry whole{1, 1, {1, 1100, 1000}, {1, 1, 1}};
  const PoolGeometry rows =
      geometryOf({"", 1, 1, {1, 200, 201}, {1, 100, 100}, {1, 50, 1}, {1, 1, 1}, {0, 0, 0}, false});
  const PoolGeometry short_sums =
      geometryOf({"", 1, 1, {1, 90, 92}, {1, 32, 32}, {1, 5, 1}, {1, 1, 1}, {0, 0, 0}, false});
  const PoolGeometry tall =
      geometryOf({"", 1, 1, {1, 90000, 5}, {1, 80000, 5}, {1, 9000, 1}, {1, 1, 1}, {0, 0, 0}, false});
  forEachIsa([&](Isa isa) {
    auto check = [&](const std::vector<float>& means, float tolerance = 2e-7f) {
      for (float mean : means) CHECK(std::fabs(mean - 0.1f) < tolerance);
    };
    // 64 roundings, of half a unit in the last place each.
    check(run(kAverage, short_sums, std::vector<float>(90 * 92, 0.1f), isa), 64 * 0.1f * 0x1p-24f);
    check(run(kAverage, whole, std::vector<float>(1100 * 1000, 0.1f), isa));
    check(run(kAverage, rows, std::vector<float>(200 * 201, 0.1f), isa));
    check(run(kAverage, tall, std::vector<float>(90000 * 5, 0.1f), isa));
  });
}

TEST(maximaKeepDenormals) {
  const PoolGeometry g =
      geometryOf({"", 1, 1, square(20), {1, 3, 3}, {1, 1, 1}, {1, 1, 1}, {0, 1, 1}, false});
  const ResizeGeometry whole{1, 1, square(20), {1, 1, 1}};
  std::vector<float> x(400, -1.0f);
  for (size_t i = 0; i < x.size(); i += 7) x[i] = 1e-42f;
  const float expected = x[0];
  forEachIsa([&](Isa isa) {
    std::vector<float> y, all;
    {
      const FlushDenormals flush;
      y = run(kMax, g, x, isa);
      all = run(kMax, whole, x, isa);
    }
    CHECK(std::memcmp(&y[0], &expected, sizeof(float)) == 0);
    CHECK(std::memcmp(&all[0], &expected, sizeof(float)) == 0);
  });
}

TEST(plainResultsDependNeitherOnThreadsNorOnTheBatch) {
  const PoolShape shapes[] = {
      {"", 3, 5, {1, 61, 63}, {1, 3, 3}, {1, 1, 1}, {1, 1, 1}, {0, 1, 1}, false},
      {"", 3, 5, {1, 61, 63}, {1, 5, 5}, {1, 3, 3}, {1, 1, 1}, {0, 2, 2}, false},
      {"", 3, 5, {1, 300, 63}, {1, 260, 21}, {1, 20, 20}, {1, 1, 1}, {0, 0, 0}, false},
  };
  const ResizeGeometry resizes[] = {{3, 5, {1, 61, 63}, {1, 6, 6}}, {3, 1001, {1, 7, 7}, {1, 1, 1}}};
  forEachIsa([&](Isa isa) {
    for (const PoolShape& shape : shapes) checkIndependence(kAverage, geometryOf(shape), isa);
    for (const ResizeGeometry& g : resizes) checkIndependence(kAverage, g, isa);
  });
}

TEST_MAIN()
