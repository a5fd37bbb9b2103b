#include <algorithm>

#include "core/denormals.h"
#include "ops/reduce.h"
#include "ops/rows.h"

namespace convkit {
namespace {

constexpr int64_t kColumns = 64;

// Whether `x`, which comes later, takes the place of `best`. NaN is before any number, be it the largest or
// the smallest that is looked for.
template <bool kLargest, bool kLast>
bool takes(float x, float best) {
  if (kLargest) return kLast ? (x >= best) | (x != x) : (x > best) | ((x != x) & (best == best));
  return kLast ? (x <= best) | (x != x) : (x < best) | ((x != x) & (best == best));
}

template <bool kLargest, bool kLast>
class ReducePlacesOp final : public Op {
 public:
  ReducePlacesOp(const ReduceGeometry& geometry, const Value& x, const Value& y)
      : geometry_(geometry), x_(x), y_(y) {}

  void run(const RunContext& context) const override {
    const int64_t inner = geometry_.inner, tiles = (inner + kColumns - 1) / kColumns;
    const double operations = 2.0 * static_cast<double>(std::min(inner, kColumns)) * geometry_.length;
    forEachRow(context, geometry_.outer * tiles, operations, [&](int64_t index, int) {
      const KeepDenormals keep;
      const int64_t column = takeAxis(index, tiles) * kColumns;
      findPlaces(context.f32(x_) + index * geometry_.length * inner + column,
                 std::min(kColumns, inner - column), context.f32(y_) + index * inner + column);
    });
  }

 private:
  void findPlaces(const float* x, int64_t columns, float* y) const {
    float best[kColumns];
    int32_t places[kColumns] = {};
    std::copy_n(x, columns, best);
    for (int32_t i = 1; i < geometry_.length; ++i) {
      const float* row = x + int64_t{i} * geometry_.inner;
      for (int64_t c = 0; c < columns; ++c) {
        const bool taken = takes<kLargest, kLast>(row[c], best[c]);
        best[c] = taken ? row[c] : best[c];
        places[c] = taken ? i : places[c];
      }
    }
    for (int64_t c = 0; c < columns; ++c) y[c] = static_cast<float>(places[c]);
  }

  const ReduceGeometry geometry_;
  const Value x_, y_;
};

}  // namespace

std::unique_ptr<Op> makeReducePlacesOp(const ReduceGeometry& geometry, const Value& x, const Value& y) {
  switch (geometry.operation) {
    case ReduceOperation::kArgMax:
      return std::make_unique<ReducePlacesOp<true, false>>(geometry, x, y);
    case ReduceOperation::kArgMaxLast:
      return std::make_unique<ReducePlacesOp<true, true>>(geometry, x, y);
    case ReduceOperation::kArgMin:
      return std::make_unique<ReducePlacesOp<false, false>>(geometry, x, y);
    default:
      return std::make_unique<ReducePlacesOp<false, true>>(geometry, x, y);
  }
}

}  // namespace convkit
