#include <algorithm>

#include "ops/binary.h"
#include "ops/block_rows.h"

namespace convkit {
namespace {

constexpr int64_t kTile = 2048;
constexpr int kMostLanes = 16;

// y's rows are cut where an operand's rows are; one that spreads over pixels has none.
const Layout& rowsOf(const SpreadValue& operand, const Value& y) {
  return operand.spread == Spread::kNone ? operand.value.layout : y.layout;
}

class BlockedBinaryOp final : public Op {
 public:
  BlockedBinaryOp(const BinarySpec& spec, const SpreadValue& a, const SpreadValue& b, const Value& y)
      : compute_(spec), a_(a), b_(b), y_(y), rows_(y.layout, {&rowsOf(a, y), &rowsOf(b, y)}) {}

  void run(const RunContext& context) const override {
    float everywhere[2][kMostLanes];
    if (a_.spread == Spread::kEverywhere) std::fill_n(everywhere[0], kMostLanes, *context.f32(a_.value));
    if (b_.spread == Spread::kEverywhere) std::fill_n(everywhere[1], kMostLanes, *context.f32(b_.value));
    forEachPiece(context, rows_, kTile, compute_.cost(), [&](int64_t run, int64_t begin, int64_t count) {
      BinaryArgs args{};
      args.a = operandAt(context, a_, everywhere[0], run, begin);
      args.b = operandAt(context, b_, everywhere[1], run, begin);
      args.a_repeats = a_.spread != Spread::kNone;
      args.b_repeats = b_.spread != Spread::kNone;
      args.y = context.f32(y_) + rows_.offset(y_.layout, run) + begin;
      args.count = count;
      compute_(args);
    });
  }

 private:
  const float* operandAt(const RunContext& context, const SpreadValue& operand, const float* everywhere,
                         int64_t run, int64_t begin) const {
    const Layout& layout = operand.value.layout;
    switch (operand.spread) {
      case Spread::kEverywhere:
        return everywhere;
      case Spread::kChannel:
        return context.f32(operand.value) + rows_.blockOf(run) * y_.layout.block;
      case Spread::kImageChannel:
        return context.f32(operand.value) + layout.origin() + layout.planeStart(rows_.planeOf(run));
      case Spread::kNone:
        break;
    }
    return context.f32(operand.value) + rows_.offset(layout, run) + begin;
  }

  const BinaryFunction compute_;
  const SpreadValue a_, b_;
  const Value y_;
  const BlockRows rows_;
};

}  // namespace

std::unique_ptr<Op> makeBlockedBinaryOp(const BinarySpec& spec, const SpreadValue& a, const SpreadValue& b,
                                        const Value& y) {
  return std::make_unique<BlockedBinaryOp>(spec, a, b, y);
}

}  // namespace convkit
