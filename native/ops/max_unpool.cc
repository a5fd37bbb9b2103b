#include "ops/max_unpool.h"

#include <algorithm>
#include <atomic>
#include <string>

#include "ops/rows.h"
#include "program/program.h"

namespace convkit {
namespace {

class MaxUnpoolOp final : public Op {
 public:
  MaxUnpoolOp(const ResizeGeometry& geometry, const Value& x, const Value& indices, const Value& y)
      : output_(geometry.output),
        planes_(int64_t{geometry.batch} * geometry.channels),
        input_size_(geometry.input.volume()),
        output_size_(geometry.output.volume()),
        x_(x),
        indices_(indices),
        y_(y) {}

  void run(const RunContext& context) const override {
    const int32_t* indices = context.i32(indices_);
    const int64_t invalid = firstInvalid(context, indices);
    if (invalid < planes_ * input_size_) throw RunError(message(indices[invalid], invalid));
    // A cancelled run may have left indices unchecked.
    if (context.isCancelled()) return;
    forEachRow(context, planes_, input_size_ * 4 + output_size_, [&](int64_t plane, int) {
      const float* x = context.f32(x_) + plane * input_size_;
      float* y = context.f32(y_) + plane * output_size_;
      std::fill_n(y, output_size_, 0.0f);
      const int32_t* at = indices + plane * input_size_;
      for (int64_t i = 0; i < input_size_; ++i) y[at[i]] = x[i];
    });
  }

  bool canFail() const override { return true; }

 private:
  // The number of values where there is none.
  int64_t firstInvalid(const RunContext& context, const int32_t* indices) const {
    std::atomic<int64_t> first{planes_ * input_size_};
    forEachRow(context, planes_, input_size_, [&](int64_t plane, int) {
      const int32_t* begin = indices + plane * input_size_;
      const int32_t* end = begin + input_size_;
      const int32_t* found =
          std::find_if(begin, end, [&](int32_t index) { return index < 0 || index >= output_size_; });
      if (found == end) return;
      const int64_t at = found - indices;
      int64_t known = first.load();
      while (at < known && !first.compare_exchange_weak(known, at)) {
      }
    });
    return first.load();
  }

  std::string message(int32_t index, int64_t at) const {
    const std::string size =
        std::to_string(output_.d) + "x" + std::to_string(output_.h) + "x" + std::to_string(output_.w);
    return "maxUnpool: Found an invalid max index: " + std::to_string(index) + " at indices[" +
           std::to_string(at) + "] (output volumes are of size " + size + "); expected an index from 0 to " +
           std::to_string(output_size_ - 1);
  }

  const Extent3 output_;
  const int64_t planes_, input_size_, output_size_;
  const Value x_, indices_, y_;
};

}  // namespace

std::unique_ptr<Op> makeMaxUnpoolOp(const ResizeGeometry& geometry, const Value& x, const Value& indices,
                                    const Value& y) {
  return std::make_unique<MaxUnpoolOp>(geometry, x, indices, y);
}

}  // namespace convkit
