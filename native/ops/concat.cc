#include "ops/concat.h"

#include <algorithm>
#include <cstring>

#include "ops/rows.h"

namespace convkit {
namespace {

constexpr int64_t kPieceValues = 16384;

class ConcatOp final : public Op {
 public:
  ConcatOp(int64_t outer, std::vector<int64_t> runs, std::vector<Value> operands, const Value& y)
      : outer_(outer), runs_(std::move(runs)), operands_(std::move(operands)), y_(y) {
    for (const int64_t run : runs_) {
      first_piece_.push_back(pieces_);
      first_value_.push_back(row_);
      pieces_ += (run + kPieceValues - 1) / kPieceValues;
      row_ += run;
    }
  }

  void run(const RunContext& context) const override {
    const double operations = static_cast<double>(std::min(row_ / pieces_ + 1, kPieceValues));
    forEachRow(context, outer_ * pieces_, operations, [&](int64_t index, int) {
      const int64_t piece = takeAxis(index, pieces_);
      const auto after = std::upper_bound(first_piece_.begin(), first_piece_.end(), piece);
      const size_t operand = static_cast<size_t>(after - first_piece_.begin()) - 1;
      const int64_t begin = (piece - first_piece_[operand]) * kPieceValues;
      const int64_t count = std::min(kPieceValues, runs_[operand] - begin);
      std::memcpy(context.f32(y_) + index * row_ + first_value_[operand] + begin,
                  context.f32(operands_[operand]) + index * runs_[operand] + begin,
                  static_cast<size_t>(count) * sizeof(float));
    });
  }

  size_t residentBytes() const override { return operands_.size() * (3 * sizeof(int64_t) + sizeof(Value)); }

 private:
  const int64_t outer_;
  const std::vector<int64_t> runs_;
  const std::vector<Value> operands_;
  const Value y_;
  // Of each operand, in a row of y.
  std::vector<int64_t> first_piece_, first_value_;
  int64_t pieces_ = 0, row_ = 0;
};

}  // namespace

std::unique_ptr<Op> makeConcatOp(int64_t outer, std::vector<int64_t> runs, std::vector<Value> operands,
                                 const Value& y) {
  return std::make_unique<ConcatOp>(outer, std::move(runs), std::move(operands), y);
}

}  // namespace convkit
