#include "ops/grid_sample.h"

#include <cmath>
#include <limits>

#include "test/harness.h"
#include "test/independence.h"
#include "test/op_runner.h"

using namespace convkit;
using namespace convkit::test;

namespace {

std::vector<float> gridSample(const GridSampleGeometry& g, const std::vector<float>& x,
                              const std::vector<float>& grid, Isa isa, int threads = 2) {
  OpRunner runner(threads);
  const Value input = runner.addVector(x), points = runner.addVector(grid);
  const Value y = runner.add(plainLayout({g.batch, g.channels, {1, g.output_height, g.output_width}}));
  runner.run(*makeGridSampleOp(g, input, points, y, isa));
  return runner.read(y);
}

// A pixel of one axis walked back into it, step by step; -1 where there is none.
int walkBack(int at, int size, const GridSampleGeometry& g) {
  if (at >= 0 && at < size) return at;
  if (g.padding == GridPadding::kZeros) return -1;
  if (g.padding == GridPadding::kBorder) return at < 0 ? 0 : size - 1;
  if (size == 1) return 0;
  while (at < 0 || at >= size) {
    if (g.align_corners) at = at < 0 ? -at : 2 * (size - 1) - at;
    if (!g.align_corners) at = at < 0 ? -1 - at : 2 * size - 1 - at;
  }
  return at;
}

double cubic(double d) {
  const double a = -0.75, t = std::fabs(d);
  if (t <= 1) return (a + 2) * t * t * t - (a + 3) * t * t + 1;
  return t < 2 ? a * t * t * t - 5 * a * t * t + 8 * a * t - 4 * a : 0;
}

double weightOf(double pixel, int at, GridMode mode) {
  if (mode == GridMode::kNearest) return std::nearbyint(pixel) == at ? 1 : 0;
  if (mode == GridMode::kBilinear) return std::fmax(0, 1 - std::fabs(pixel - at));
  return cubic(pixel - at);
}

double pixelOf(float place, int size, const GridSampleGeometry& g) {
  return g.align_corners ? (place + 1.0f) / 2 * static_cast<float>(size - 1)
                         : ((place + 1.0f) * static_cast<float>(size) - 1) / 2;
}

double expectedAt(const GridSampleGeometry& g, const float* plane, const float* point) {
  const double px = pixelOf(point[0], g.input_width, g), py = pixelOf(point[1], g.input_height, g);
  const int left = static_cast<int>(std::floor(px)), top = static_cast<int>(std::floor(py));
  double sum = 0;
  for (int h = top - 1; h <= top + 2; ++h) {
    for (int w = left - 1; w <= left + 2; ++w) {
      const int row = walkBack(h, g.input_height, g), column = walkBack(w, g.input_width, g);
      if (row < 0 || column < 0) continue;
      sum += weightOf(py, h, g.mode) * weightOf(px, w, g.mode) * plane[row * g.input_width + column];
    }
  }
  return sum;
}

GridSampleGeometry geometryOf(int32_t batch, int32_t channels, Extent3 input, Extent3 output) {
  return {batch, channels, input.h, input.w, output.h, output.w, GridMode::kBilinear, GridPadding::kZeros, 0};
}

// Calls test(geometry) for every mode, padding and alignment.
template <class Test>
void forEachMode(GridSampleGeometry g, Test test) {
  for (const GridMode mode : {GridMode::kBilinear, GridMode::kNearest, GridMode::kBicubic}) {
    for (const GridPadding padding : {GridPadding::kZeros, GridPadding::kBorder, GridPadding::kReflection}) {
      for (const int32_t align : {0, 1}) {
        g.mode = mode, g.padding = padding, g.align_corners = align;
        test(g);
      }
    }
  }
}

int64_t inputSize(const GridSampleGeometry& g) {
  return int64_t{g.batch} * g.channels * g.input_height * g.input_width;
}
int64_t gridSize(const GridSampleGeometry& g) {
  return int64_t{g.batch} * g.output_height * g.output_width * 2;
}

}  // namespace

TEST(equalsSumsOverPixels) {
  const GridSampleGeometry shapes[] = {
      geometryOf(1, 1, {1, 1, 1}, {1, 3, 3}), geometryOf(2, 3, {1, 5, 7}, {1, 9, 8}),
      geometryOf(1, 20, {1, 2, 1}, {1, 1, 65}), geometryOf(3, 2, {1, 30, 20}, {1, 40, 33})};
  forEachIsa([&](Isa isa) {
    for (const GridSampleGeometry& shape : shapes) {
      forEachMode(shape, [&](const GridSampleGeometry& g) {
        const std::vector<float> x = randomReals(inputSize(g), 16), grid = randomReals(gridSize(g), 17, 2.5f);
        const std::vector<float> y = gridSample(g, x, grid, isa);
        const int64_t plane = int64_t{g.input_height} * g.input_width;
        const int64_t points = int64_t{g.output_height} * g.output_width;
        for (size_t i = 0; i < y.size(); ++i) {
          const int64_t at = static_cast<int64_t>(i), image = at / points / g.channels;
          const double expected =
              expectedAt(g, x.data() + at / points * plane, grid.data() + (image * points + at % points) * 2);
          CHECK(near(y[i], expected, 2e-5));
        }
        checkThreads([&](int threads) { return gridSample(g, x, grid, isa, threads); });
      });
    }
  });
}

TEST(nearestRoundsHalvesToEven) {
  GridSampleGeometry g = geometryOf(1, 1, {1, 1, 5}, {1, 1, 4});
  g.mode = GridMode::kNearest, g.align_corners = 1;
  // Pixels 0.5, 1.5, 2.5 and 3.5.
  const std::vector<float> grid = {-0.75f, 0, -0.25f, 0, 0.25f, 0, 0.75f, 0};
  checkSame(gridSample(g, {10, 11, 12, 13, 14}, grid, Isa::kBaseline), {10, 12, 12, 14}, "y");
}

TEST(noPlaceInTheGridReadsOutOfBounds) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  const std::vector<float> odd = {nan, infinity, -infinity, 3.4e38f, -3.4e38f, 1e9f, -1e9f, 2147483648.0f};
  forEachIsa([&](Isa isa) {
    forEachMode(geometryOf(1, 2, {1, 3, 4}, {1, 8, 8}), [&](const GridSampleGeometry& g) {
      std::vector<float> grid;
      for (const float h : odd) {
        for (const float w : odd) grid.insert(grid.end(), {w, h});
      }
      const std::vector<float> y = gridSample(g, std::vector<float>(24, 5), grid, isa);
      // Of equal pixels any interpolation is that pixel.
      for (const float value : y) CHECK(value == 0 || near(value, 5, 1e-5));
    });
  });
}

TEST(nanReadsNothing) {
  forEachMode(geometryOf(1, 1, {1, 3, 4}, {1, 1, 3}), [&](const GridSampleGeometry& g) {
    const float nan = std::nanf("");
    const std::vector<float> y =
        gridSample(g, std::vector<float>(12, 5), {nan, 0.1f, 0.1f, nan, 0.1f, 0.1f}, Isa::kBaseline);
    CHECK_EQUAL(y[0], 0);
    CHECK_EQUAL(y[1], 0);
    CHECK(y[2] > 3);
  });
}

TEST_MAIN()
