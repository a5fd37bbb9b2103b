#include "ops/reduce.h"

#include "ops/reduction_sums.h"
#include "ops/rows.h"

namespace convkit {
namespace {

// Neighbouring columns that are reduced together.
constexpr int64_t kColumns = 256;
// Values that go into one float32 partial sum: rows one after another, or a run of a line in eight vectors.
constexpr int64_t kRows = 16;
constexpr int64_t kRun = 1024;

class ReduceOp final : public Op {
 public:
  ReduceOp(const ReduceGeometry& geometry, const Value& x, const Value& y, Isa isa)
      : geometry_(geometry),
        reduction_(reductionOf(geometry.operation)),
        divisor_(geometry.operation == ReduceOperation::kMean ? geometry.length : 1),
        down_(reduceKernels(isa).down[static_cast<int>(reduction_)]),
        across_(reduceKernels(isa).across[static_cast<int>(reduction_)]),
        x_(x),
        y_(y) {}

  void run(const RunContext& context) const override {
    const int64_t inner = geometry_.inner, tiles = (inner + kColumns - 1) / kColumns;
    const double operations = static_cast<double>(std::min(inner, kColumns)) * geometry_.length;
    forEachRow(context, geometry_.outer * tiles, operations, [&](int64_t index, int) {
      const int64_t column = takeAxis(index, tiles) * kColumns;
      const float* x = context.f32(x_) + index * geometry_.length * inner + column;
      float* y = context.f32(y_) + index * inner + column;
      keepingExtremes(reduction_, [&] {
        if (inner == 1) return reduceLine(x, y);
        reduceColumns(x, std::min(kColumns, inner - column), y);
      });
    });
  }

 private:
  void reduceLine(const float* x, float* y) const {
    ReductionSums<1> sums(reduction_, 1);
    for (int64_t i = 0; i < geometry_.length; i += kRun) {
      float partial;
      across_({x + i, 0, 1, std::min(kRun, geometry_.length - i), &partial});
      sums.add(&partial);
    }
    sums.write(divisor_, y);
  }

  void reduceColumns(const float* x, int64_t columns, float* y) const {
    const int64_t inner = geometry_.inner;
    if (isExtreme(reduction_)) return down_({x, inner, geometry_.length, columns, y});
    ReductionSums<kColumns> sums(reduction_, columns);
    for (int64_t i = 0; i < geometry_.length; i += kRows) {
      float partial[kColumns];
      down_({x + i * inner, inner, std::min(kRows, geometry_.length - i), columns, partial});
      sums.add(partial);
    }
    sums.write(divisor_, y);
  }

  const ReduceGeometry geometry_;
  const Reduction reduction_;
  const double divisor_;
  const ReduceKernel down_, across_;
  const Value x_, y_;
};

}  // namespace

std::unique_ptr<Op> makeReduceOp(const ReduceGeometry& geometry, const Value& x, const Value& y, Isa isa) {
  switch (geometry.operation) {
    case ReduceOperation::kArgMax:
    case ReduceOperation::kArgMaxLast:
    case ReduceOperation::kArgMin:
    case ReduceOperation::kArgMinLast:
      return makeReducePlacesOp(geometry, x, y);
    default:
      return std::make_unique<ReduceOp>(geometry, x, y, isa);
  }
}

}  // namespace convkit
