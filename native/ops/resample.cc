#include "ops/resample.h"

#include <algorithm>
#include <utility>

#include "kernels/resample/resample.h"
#include "ops/rows.h"

namespace convkit {
namespace {

class ResampleOp : public Op {
 public:
  ResampleOp(ResampleTables tables, const Value& x, const Value& y, Isa isa)
      : x_(x), y_(y), tables_(std::move(tables)), kernels_(resampleKernels(isa)) {}

  bool canFail() const override { return !tables_.known(); }
  size_t residentBytes() const override { return tables_.bytes(); }

 protected:
  const Value x_, y_;
  const ResampleTables tables_;
  const ResampleKernels& kernels_;
};

// A line is everything that the axis runs through, beginning at one run.
class ResampleRunsOp final : public ResampleOp {
 public:
  ResampleRunsOp(ResampleAxis axis, int32_t taps, ResampleTables tables, const Value& x, const Value& y,
                 Isa isa)
      : ResampleOp(std::move(tables), x, y, isa), axis_(axis), taps_(taps) {
    const Extent3& space = y.layout.dims.space;
    const int64_t block = y.layout.block;
    const int64_t planes = int64_t{y.layout.dims.n} * y.layout.blocks();
    if (axis == ResampleAxis::kWidth) {
      lines_ = planes * space.d * space.h, outputs_ = space.w, run_ = block;
    } else if (axis == ResampleAxis::kHeight) {
      lines_ = planes * space.d, outputs_ = space.h, run_ = space.w * block;
    } else {
      lines_ = planes * space.h, outputs_ = space.d, run_ = space.w * block;
    }
  }

  void run(const RunContext& context) const override {
    const ResampleTables::View tables = tables_.view(context);
    if (!tables.indices) return;
    const double operations = static_cast<double>(run_) * (taps_ + 1);
    forEachRange(context, lines_ * outputs_, operations, [&](int64_t first, int64_t end, int) {
      while (first < end) {
        const int64_t line = first / outputs_;
        const int64_t stop = std::min(end, (line + 1) * outputs_);
        resample(context, tables, line, first % outputs_, stop - first);
        first = stop;
      }
    });
  }

 private:
  void resample(const RunContext& context, const ResampleTables::View& tables, int64_t line, int64_t first,
                int64_t outputs) const {
    ResampleRuns args{};
    args.x_stride = stepOf(x_.layout), args.y_stride = stepOf(y_.layout);
    args.x = context.f32(x_) + lineOffset(x_.layout, line);
    args.y = context.f32(y_) + lineOffset(y_.layout, line) + first * args.y_stride;
    args.indices = tables.indices + first * taps_;
    args.weights = tables.weights + first * taps_;
    args.offset = tables.offset ? tables.offset + first : nullptr;
    args.outputs = outputs, args.taps = taps_, args.run = run_;
    kernels_.runs(args);
  }

  // Along the axis.
  int64_t stepOf(const Layout& layout) const {
    if (axis_ == ResampleAxis::kWidth) return layout.pixelStride();
    return axis_ == ResampleAxis::kHeight ? layout.rowStride() : layout.sliceStride();
  }

  int64_t lineOffset(const Layout& layout, int64_t line) const {
    const Extent3& space = layout.dims.space;
    const int64_t h = axis_ == ResampleAxis::kHeight ? 0 : takeAxis(line, space.h);
    const int64_t d = axis_ == ResampleAxis::kDepth ? 0 : takeAxis(line, space.d);
    return layout.origin() + layout.planeStart(line) + d * layout.sliceStride() + h * layout.rowStride();
  }

  const ResampleAxis axis_;
  const int64_t taps_;
  int64_t lines_, outputs_, run_;
};

class ResamplePlacesOp final : public ResampleOp {
 public:
  ResamplePlacesOp(const ResampleGeometry& geometry, ResampleTables tables, const Value& x, const Value& y,
                   Isa isa)
      : ResampleOp(std::move(tables), x, y, isa), geometry_(geometry) {}

  void run(const RunContext& context) const override {
    const ResampleTables::View tables = tables_.view(context);
    if (!tables.indices) return;
    const int64_t x_line = int64_t{geometry_.length} * geometry_.inner;
    const int64_t y_line = int64_t{geometry_.output_length} * geometry_.inner;
    const int64_t pieces = (y_line + kPiece - 1) / kPiece;
    const double operations = static_cast<double>(std::min(y_line, kPiece)) * (2.0 * geometry_.taps + 1);
    forEachRow(context, geometry_.outer * pieces, operations, [&](int64_t line, int) {
      const int64_t begin = takeAxis(line, pieces) * kPiece;
      kernels_.places({context.f32(x_) + line * x_line, context.f32(y_) + line * y_line + begin,
                       tables.indices + begin, tables.weights + begin,
                       tables.offset ? tables.offset + begin : nullptr, std::min(kPiece, y_line - begin),
                       geometry_.taps, tables_.stride()});
    });
  }

 private:
  // Whole vectors, so that only a line's last piece has a tail.
  static constexpr int64_t kPiece = 64 * kResampleLanes;
  const ResampleGeometry geometry_;
};

}  // namespace

std::unique_ptr<Op> makeResampleRunsOp(ResampleAxis axis, int32_t taps, ResampleTables tables, const Value& x,
                                       const Value& y, Isa isa) {
  return std::make_unique<ResampleRunsOp>(axis, taps, std::move(tables), x, y, isa);
}

std::unique_ptr<Op> makeResamplePlacesOp(const ResampleGeometry& geometry, ResampleTables tables,
                                         const Value& x, const Value& y, Isa isa) {
  return std::make_unique<ResamplePlacesOp>(geometry, std::move(tables), x, y, isa);
}

}  // namespace convkit
