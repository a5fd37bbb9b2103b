#include "ops/gather.h"

#include <algorithm>
#include <utility>

#include "ops/float_indices.h"
#include "ops/rows.h"

namespace convkit {
namespace {

class GatherOp final : public Op {
 public:
  GatherOp(const GatherGeometry& geometry, const Value& x, const Value& indices, const Value& places,
           AlignedBuffer known, const Value& y)
      : geometry_(geometry), x_(x), indices_(indices), places_(places), y_(y), known_(std::move(known)) {}

  void run(const RunContext& context) const override {
    const int32_t* places = known_.data<int32_t>();
    if (indices_.present()) {
      const IndexRange range{"gather", geometry_.length, true};
      int32_t* read = context.i32(places_);
      if (!readPlaces(context, range, context.f32(indices_), geometry_.count, read)) return;
      places = read;
    }
    const double operations = 4.0 + geometry_.inner;
    forEachRange(context, int64_t{geometry_.outer} * geometry_.count, operations,
                 [&](int64_t first, int64_t end, int) { copyRows(context, places, first, end); });
  }

  bool canFail() const override { return indices_.present(); }
  size_t residentBytes() const override { return known_.size(); }

 private:
  // Rows of y, counted through all of it.
  void copyRows(const RunContext& context, const int32_t* places, int64_t first, int64_t end) const {
    const int64_t inner = geometry_.inner;
    while (first < end) {
      const int64_t line = first / geometry_.count;
      const int64_t stop = std::min(end, (line + 1) * geometry_.count);
      const float* x = context.f32(x_) + line * geometry_.length * inner;
      float* y = context.f32(y_) + first * inner;
      const int32_t* at = places + first % geometry_.count;
      if (inner == 1) {
        for (int64_t i = 0; i < stop - first; ++i) y[i] = x[at[i]];
      } else {
        for (int64_t i = 0; i < stop - first; ++i) std::copy_n(x + at[i] * inner, inner, y + i * inner);
      }
      first = stop;
    }
  }

  const GatherGeometry geometry_;
  const Value x_, indices_, places_, y_;
  const AlignedBuffer known_;
};

}  // namespace

std::unique_ptr<Op> makeGatherOp(const GatherGeometry& geometry, const Value& x, const Value& indices,
                                 const Value& places, const Value& y) {
  return std::make_unique<GatherOp>(geometry, x, indices, places, AlignedBuffer(), y);
}

std::unique_ptr<Op> makeGatherOp(const GatherGeometry& geometry, const Value& x, AlignedBuffer places,
                                 const Value& y) {
  return std::make_unique<GatherOp>(geometry, x, Value{}, Value{}, std::move(places), y);
}

}  // namespace convkit
