#include "ops/block_rows.h"
#include "ops/reduce.h"
#include "ops/reduction_sums.h"

namespace convkit {
namespace {

constexpr int64_t kMostLanes = 16;
// Pixels that are reduced side by side, so that one addition need not wait for the one before.
constexpr int64_t kPixels = 4;
constexpr int64_t kColumns = kPixels * kMostLanes;
// Groups of them that go into one float32 partial sum.
constexpr int64_t kGroups = 16;

class BlockedReduceOp final : public Op {
 public:
  BlockedReduceOp(ReduceOperation operation, const Value& x, const Value& y, Isa isa)
      : reduction_(reductionOf(operation)),
        divisor_(operation == ReduceOperation::kMean ? static_cast<double>(x.layout.dims.space.volume()) : 1),
        down_(reduceKernels(isa).down[static_cast<int>(reduction_)]),
        x_(x),
        y_(y) {}

  void run(const RunContext& context) const override {
    const Layout& x = x_.layout;
    const int64_t rows = x.contiguousPlane() ? 1 : int64_t{x.dims.space.d} * x.dims.space.h;
    const int64_t pixels = x.dims.space.volume() / rows;
    const double operations = static_cast<double>(x.dims.space.volume()) * x.block;
    forEachRow(context, int64_t{x.dims.n} * x.blocks(), operations, [&](int64_t plane, int) {
      const float* from = context.f32(x_) + x.planeStart(plane);
      float* to = context.f32(y_) + y_.layout.origin() + y_.layout.planeStart(plane);
      keepingExtremes(reduction_, [&] {
        ReductionSums<kColumns> sums(reduction_, kPixels * x.block);
        for (int64_t row = 0; row < rows; ++row) addRow(from + BlockRows::inPlane(x, row), pixels, &sums);
        sums.fold(x.block);
        sums.write(divisor_, to);
      });
    });
  }

 private:
  void addRow(const float* x, int64_t pixels, ReductionSums<kColumns>* sums) const {
    const int64_t lanes = x_.layout.block, width = kPixels * lanes, groups = pixels / kPixels;
    float partial[kColumns];
    for (int64_t i = 0; i < groups; i += kGroups) {
      down_({x + i * width, width, std::min(kGroups, groups - i), width, partial});
      sums->add(partial);
    }
    const int64_t rest = pixels - groups * kPixels;
    if (rest == 0) return;
    down_({x + groups * width, lanes, rest, lanes, partial});
    sums->addFirst(lanes, partial);
  }

  const Reduction reduction_;
  const double divisor_;
  const ReduceKernel down_;
  const Value x_, y_;
};

}  // namespace

std::unique_ptr<Op> makeBlockedReduceOp(ReduceOperation operation, const Value& x, const Value& y, Isa isa) {
  return std::make_unique<BlockedReduceOp>(operation, x, y, isa);
}

}  // namespace convkit
