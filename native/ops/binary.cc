#include "ops/binary.h"

#include <algorithm>

#include "ops/axes.h"
#include "ops/rows.h"

namespace convkit {
namespace {

// Values that are worked on at a time, which the first-level cache holds with both operands.
constexpr int64_t kTile = 2048;
// Rows shorter than this are not worth a kernel's call each.
constexpr int64_t kShortRow = 16;
constexpr int kMostLanes = 16;

// Whether an operand lies as y does, one value after another.
bool isDense(const MergedAxes& axes, int operand) {
  int64_t stride = 1;
  for (int axis = axes.count - 1; axis >= 0; --axis) {
    if (axes.stride[operand][axis] != stride) return false;
    stride *= axes.size[axis];
  }
  return true;
}

// Values begin … begin + count of an operand, one after another: where they lie, or else gathered.
const float* tileOf(const MergedAxes& axes, int operand, bool dense, const float* base, int64_t begin,
                    int64_t count, float* gathered) {
  if (dense) return base + begin;
  gatherValues(axes, operand, base, begin, count, gathered);
  return gathered;
}

class BinaryOp final : public Op {
 public:
  BinaryOp(const BinarySpec& spec, const BinaryGeometry& geometry, const Value& a, const Value& b,
           const Value& y)
      : compute_(spec),
        axes_(mergeAxes(geometry.size, {&geometry.a, &geometry.b})),
        dense_{isDense(axes_, 0), isDense(axes_, 1)},
        operands_{a, b},
        y_(y) {}

  void run(const RunContext& context) const override {
    if (axes_.innerSize() < kShortRow && axes_.count > 1) {
      runTiles(context);
    } else {
      runRows(context);
    }
  }

 private:
  void runTiles(const RunContext& context) const {
    const int64_t size = axes_.volume();
    forEachRow(context, (size + kTile - 1) / kTile, compute_.cost() * 2 * kTile, [&](int64_t tile, int) {
      const int64_t begin = tile * kTile, count = std::min(kTile, size - begin);
      float gathered[2][kTile];
      const float* operand[2];
      for (int i = 0; i < 2; ++i) {
        operand[i] = tileOf(axes_, i, dense_[i], context.f32(operands_[i]), begin, count, gathered[i]);
      }
      compute_({operand[0], operand[1], false, false, context.f32(y_) + begin, count, 0, 0});
    });
  }

  void runRows(const RunContext& context) const {
    const int64_t inner = axes_.innerSize(), pieces = (inner + kTile - 1) / kTile;
    const double operations = compute_.cost() * static_cast<double>(std::min(inner, kTile));
    forEachRange(context, axes_.volume() / inner * pieces, operations, [&](int64_t first, int64_t end, int) {
      AxesWalk walk(axes_, first / pieces);
      for (int64_t i = first; i < end; ++i) {
        if (i > first && i % pieces == 0) walk.next();
        runPiece(context, walk, i / pieces, i % pieces * kTile);
      }
    });
  }

  void runPiece(const RunContext& context, const AxesWalk& walk, int64_t row, int64_t begin) const {
    const int64_t inner = axes_.innerSize(), count = std::min(kTile, inner - begin);
    float gathered[2][kTile];
    const float* operand[2];
    bool repeats[2];
    for (int i = 0; i < 2; ++i) {
      const int64_t stride = axes_.innerStride(i);
      const float* from = context.f32(operands_[i]) + walk.offset(i) + begin * stride;
      repeats[i] = stride == 0;
      operand[i] = stride == 1 ? from : gathered[i];
      if (repeats[i]) {
        std::fill_n(gathered[i], kMostLanes, *from);
      } else if (stride != 1) {
        for (int64_t k = 0; k < count; ++k) gathered[i][k] = from[k * stride];
      }
    }
    float* y = context.f32(y_) + row * inner + begin;
    compute_({operand[0], operand[1], repeats[0], repeats[1], y, count, 0, 0});
  }

  const BinaryFunction compute_;
  const MergedAxes axes_;
  const bool dense_[2];
  const Value operands_[2], y_;
};

class WhereOp final : public Op {
 public:
  WhereOp(const WhereGeometry& geometry, const Value& condition, const Value& a, const Value& b,
          const Value& y, Isa isa)
      : axes_(mergeAxes(geometry.size, {&geometry.condition, &geometry.a, &geometry.b})),
        dense_{isDense(axes_, 0), isDense(axes_, 1), isDense(axes_, 2)},
        operands_{condition, a, b},
        y_(y),
        kernels_(binaryKernels(isa)) {}

  void run(const RunContext& context) const override {
    const int64_t size = axes_.volume();
    forEachRow(context, (size + kTile - 1) / kTile, 3 * kTile, [&](int64_t tile, int) {
      const int64_t begin = tile * kTile, count = std::min(kTile, size - begin);
      float gathered[3][kTile];
      const float* operand[3];
      for (int i = 0; i < 3; ++i) {
        operand[i] = tileOf(axes_, i, dense_[i], context.f32(operands_[i]), begin, count, gathered[i]);
      }
      kernels_.choose({operand[0], operand[1], operand[2], context.f32(y_) + begin, count});
    });
  }

 private:
  const MergedAxes axes_;
  const bool dense_[3];
  const Value operands_[3], y_;
  const BinaryKernels& kernels_;
};

}  // namespace

std::unique_ptr<Op> makeBinaryOp(const BinarySpec& spec, const BinaryGeometry& geometry, const Value& a,
                                 const Value& b, const Value& y) {
  return std::make_unique<BinaryOp>(spec, geometry, a, b, y);
}

std::unique_ptr<Op> makeWhereOp(const WhereGeometry& geometry, const Value& condition, const Value& a,
                                const Value& b, const Value& y, Isa isa) {
  return std::make_unique<WhereOp>(geometry, condition, a, b, y, isa);
}

}  // namespace convkit
