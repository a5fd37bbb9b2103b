#include "ops/grid_sample.h"

#include <algorithm>

#include "kernels/resample/resample.h"
#include "ops/grid_taps.h"
#include "ops/rows.h"

namespace convkit {
namespace {

// Points whose taps are found once for all channels.
constexpr int64_t kPoints = 64;

struct Tables {
  int32_t indices[kMostGridTaps * kMostGridTaps * kPoints];
  float weights[kMostGridTaps * kMostGridTaps * kPoints];
};

class GridSampleOp final : public Op {
 public:
  GridSampleOp(const GridSampleGeometry& geometry, const Value& x, const Value& grid, const Value& y, Isa isa)
      : geometry_(geometry),
        taps_(tapsPerAxis(geometry.mode)),
        input_(int64_t{geometry.input_height} * geometry.input_width),
        output_(int64_t{geometry.output_height} * geometry.output_width),
        x_(x),
        grid_(grid),
        y_(y),
        kernels_(resampleKernels(isa)) {}

  void run(const RunContext& context) const override {
    const int64_t pieces = (output_ + kPoints - 1) / kPoints;
    const double points = static_cast<double>(std::min(output_, kPoints));
    const double operations = points * (20.0 * taps_ + 2.0 * taps_ * taps_ * geometry_.channels);
    forEachRow(context, geometry_.batch * pieces, operations, [&](int64_t image, int) {
      const int64_t begin = takeAxis(image, pieces) * kPoints;
      const int64_t count = std::min(kPoints, output_ - begin);
      Tables tables;
      fill(context.f32(grid_) + (image * output_ + begin) * 2, count, &tables);
      for (int64_t channel = 0; channel < geometry_.channels; ++channel) {
        const int64_t plane = image * geometry_.channels + channel;
        kernels_.places({context.f32(x_) + plane * input_, context.f32(y_) + plane * output_ + begin,
                         tables.indices, tables.weights, nullptr, count, int64_t{taps_} * taps_, kPoints});
      }
    });
  }

 private:
  // Each number of the grid is read once, so that taps hold together even if it changes meanwhile.
  void fill(const float* grid, int64_t count, Tables* tables) const {
    for (int64_t point = 0; point < kPoints; ++point) {
      if (point >= count) {
        for (int t = 0; t < taps_ * taps_; ++t) set(tables, t, point, -1, 0);
        continue;
      }
      const GridTaps across = gridTaps(grid[2 * point], geometry_.input_width, geometry_);
      const GridTaps down = gridTaps(grid[2 * point + 1], geometry_.input_height, geometry_);
      for (int t = 0; t < taps_ * taps_; ++t) {
        const int row = t / taps_, column = t % taps_;
        const int32_t h = down.pixels[row], w = across.pixels[column];
        set(tables, t, point, h < 0 || w < 0 ? -1 : h * geometry_.input_width + w,
            down.weights[row] * across.weights[column]);
      }
    }
  }

  static void set(Tables* tables, int t, int64_t point, int32_t index, float weight) {
    tables->indices[t * kPoints + point] = index;
    tables->weights[t * kPoints + point] = weight;
  }

  const GridSampleGeometry geometry_;
  const int taps_;
  const int64_t input_, output_;
  const Value x_, grid_, y_;
  const ResampleKernels& kernels_;
};

}  // namespace

std::unique_ptr<Op> makeGridSampleOp(const GridSampleGeometry& geometry, const Value& x, const Value& grid,
                                     const Value& y, Isa isa) {
  return std::make_unique<GridSampleOp>(geometry, x, grid, y, isa);
}

}  // namespace convkit
