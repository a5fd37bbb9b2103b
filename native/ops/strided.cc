#include "ops/strided.h"

#include <algorithm>

#include "kernels/layout/layout.h"
#include "ops/axes.h"
#include "ops/rows.h"

namespace convkit {
namespace {

constexpr int64_t kPieceValues = 4096;
// A square of both sides' cache lines that the first-level cache holds.
constexpr int64_t kTile = 64;
// With fewer neighbours on one side than this, there is nothing for a transposition to gain.
constexpr int64_t kFewest = 4;

// The axis along which x's neighbours lie, where it is not y's innermost one; -1 where there is none.
int axisToTranspose(const MergedAxes& axes) {
  if (axes.innerStride(0) == 1 || axes.innerSize() < kFewest) return -1;
  for (int axis = axes.count - 2; axis >= 0; --axis) {
    if (axes.stride[0][axis] == 1 && axes.size[axis] >= kFewest) return axis;
  }
  return -1;
}

// Runs of y's values, each a copy or a gathering.
class StridedOp final : public Op {
 public:
  StridedOp(const StridedGeometry& geometry, const Value& x, const Value& y)
      : offset_(geometry.offset), axes_(mergeAxes(geometry.size, {&geometry.stride})), x_(x), y_(y) {}

  void run(const RunContext& context) const override {
    const int64_t size = axes_.volume();
    forEachRow(context, (size + kPieceValues - 1) / kPieceValues, kPieceValues, [&](int64_t piece, int) {
      const int64_t begin = piece * kPieceValues;
      gatherValues(axes_, 0, context.f32(x_) + offset_, begin, std::min(kPieceValues, size - begin),
                   context.f32(y_) + begin);
    });
  }

 private:
  const int64_t offset_;
  const MergedAxes axes_;
  const Value x_, y_;
};

// The same where two axes change places: matrices whose rows are y's innermost axis and whose columns lie
// side by side in x, in square tiles.
class TransposingOp final : public Op {
 public:
  TransposingOp(const StridedGeometry& geometry, const MergedAxes& axes, int columns, const Value& x,
                const Value& y, Isa isa)
      : offset_(geometry.offset), axes_(axes), columns_(columns), x_(x), y_(y), kernels_(layoutKernels(isa)) {
    int64_t stride = 1;
    for (int axis = axes_.count - 1; axis >= 0; --axis) {
      y_stride_[axis] = stride;
      stride *= axes_.size[axis];
    }
  }

  void run(const RunContext& context) const override {
    const int64_t rows = axes_.innerSize(), columns = axes_.size[columns_];
    const int64_t row_tiles = (rows + kTile - 1) / kTile, column_tiles = (columns + kTile - 1) / kTile;
    const int64_t matrices = axes_.volume() / (rows * columns);
    const double operations = 2.0 * static_cast<double>(std::min(rows, kTile) * std::min(columns, kTile));
    forEachRow(context, matrices * row_tiles * column_tiles, operations, [&](int64_t index, int) {
      const int64_t row = takeAxis(index, row_tiles) * kTile;
      const int64_t column = takeAxis(index, column_tiles) * kTile;
      int64_t from = offset_, to = 0;
      for (int axis = axes_.count - 2; axis >= 0; --axis) {
        const int64_t place = axis == columns_ ? column : takeAxis(index, axes_.size[axis]);
        from += place * axes_.stride[0][axis];
        to += place * y_stride_[axis];
      }
      moveTile(context.f32(x_) + from, context.f32(y_) + to, row, std::min(kTile, columns - column));
    });
  }

 private:
  void moveTile(const float* x, float* y, int64_t row, int64_t columns) const {
    const int64_t rows = std::min(kTile, axes_.innerSize() - row), stride = axes_.innerStride(0);
    LayoutArgs args{};
    args.from = x + row * stride;
    args.from_stride = stride;
    args.to = y + row;
    args.to_stride = y_stride_[columns_];
    args.rows = args.readable_rows = rows;
    args.columns = columns;
    kernels_.transpose(args);
  }

  const int64_t offset_;
  const MergedAxes axes_;
  const int columns_;
  const Value x_, y_;
  const LayoutKernels& kernels_;
  int64_t y_stride_[kMostAxes];
};

}  // namespace

std::unique_ptr<Op> makeStridedOp(const StridedGeometry& geometry, const Value& x, const Value& y, Isa isa) {
  const MergedAxes axes = mergeAxes(geometry.size, {&geometry.stride});
  const int columns = axisToTranspose(axes);
  if (columns < 0) return std::make_unique<StridedOp>(geometry, x, y);
  return std::make_unique<TransposingOp>(geometry, axes, columns, x, y, isa);
}

}  // namespace convkit
