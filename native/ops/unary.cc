#include "ops/unary.h"

#include "core/denormals.h"
#include "kernels/unary/unary.h"
#include "ops/block_rows.h"

namespace convkit {
namespace {

constexpr int64_t kPieceValues = 8192;

// Rough cost of a value, as against a multiply-add.
double costOf(UnaryOperation operation) {
  switch (operation) {
    case UnaryOperation::kExp:
    case UnaryOperation::kLog:
    case UnaryOperation::kErf:
    case UnaryOperation::kSoftplus:
    case UnaryOperation::kMish:
    case UnaryOperation::kSelu:
    case UnaryOperation::kCelu:
    case UnaryOperation::kGeluTanh:
      return 8;
    default:
      return 1;
  }
}

// Whether a denormal means something else than 0 to an operation that is not slowed down by it.
bool keepsDenormals(UnaryOperation operation) {
  switch (operation) {
    case UnaryOperation::kLog:
    case UnaryOperation::kFloor:
    case UnaryOperation::kCeil:
    case UnaryOperation::kSign:
    case UnaryOperation::kNot:
    case UnaryOperation::kNonZero:
      return true;
    default:
      return false;
  }
}

// A whole tensor without halos is one run, blocks and all.
Value flattened(const Value& value) {
  const int64_t size = value.layout.size();
  return {value.id, plainLayout({1, 1, {1, 1, static_cast<int32_t>(size)}})};
}

class UnaryOp final : public Op {
 public:
  UnaryOp(UnaryOperation operation, float alpha, float beta, const Value& x, const Value& y, Isa isa)
      : operation_(operation),
        alpha_(alpha),
        beta_(beta),
        x_(x),
        y_(y),
        kernel_(unaryKernels(isa)[operation]),
        rows_(y.layout, {&x.layout}) {}

  void run(const RunContext& context) const override {
    forEachPiece(context, rows_, kPieceValues, costOf(operation_),
                 [&](int64_t piece, int64_t begin, int64_t count) {
                   const float* x = context.f32(x_) + rows_.offset(x_.layout, piece) + begin;
                   float* y = context.f32(y_) + rows_.offset(y_.layout, piece) + begin;
                   compute({x, y, count, alpha_, beta_});
                 });
  }

 private:
  void compute(const UnaryArgs& args) const {
    if (!keepsDenormals(operation_)) return kernel_(args);
    const KeepDenormals keep;
    kernel_(args);
  }

  const UnaryOperation operation_;
  const float alpha_, beta_;
  const Value x_, y_;
  const UnaryKernel kernel_;
  const BlockRows rows_;
};

// A float32 that is not below 2^31 is at least 2^31.
int32_t toInt(float x) {
  constexpr float kLimit = 2147483648.0f;
  if (!(x < kLimit)) return x != x ? 0 : INT32_MAX;
  return x < -kLimit ? INT32_MIN : static_cast<int32_t>(x);
}

class ConvertOp final : public Op {
 public:
  ConvertOp(bool from_int, const Value& x, const Value& y) : from_int_(from_int), x_(x), y_(y) {}

  void run(const RunContext& context) const override {
    forEachRange(context, x_.layout.size(), 1, [&](int64_t first, int64_t end, int) {
      if (from_int_) {
        for (int64_t i = first; i < end; ++i) context.f32(y_)[i] = static_cast<float>(context.i32(x_)[i]);
      } else {
        for (int64_t i = first; i < end; ++i) context.i32(y_)[i] = toInt(context.f32(x_)[i]);
      }
    });
  }

 private:
  const bool from_int_;
  const Value x_, y_;
};

}  // namespace

std::unique_ptr<Op> makeUnaryOp(UnaryOperation operation, float alpha, float beta, const Value& x,
                                const Value& y, Isa isa) {
  const bool flat = x.layout.contiguous() && y.layout.contiguous() && y.layout.size() <= INT32_MAX;
  return std::make_unique<UnaryOp>(operation, alpha, beta, flat ? flattened(x) : x, flat ? flattened(y) : y,
                                   isa);
}

std::unique_ptr<Op> makeConvertOp(bool from_int, const Value& x, const Value& y) {
  return std::make_unique<ConvertOp>(from_int, x, y);
}

}  // namespace convkit
