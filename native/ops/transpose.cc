#include "ops/transpose.h"

#include <algorithm>

#include "ops/rows.h"

namespace convkit {
namespace {

// Four bytes of either type.
typedef uint32_t Word __attribute__((may_alias));

// A square that the first-level cache holds twice, as whole cache lines of x and of y.
constexpr int64_t kTile = 16;
// Tiles of neighbouring columns of y that one unit of work covers.
constexpr int64_t kTilesTogether = 16;

class TransposeOp final : public Op {
 public:
  TransposeOp(const TransposeGeometry& geometry, const Value& x, const Value& y)
      : geometry_(geometry), x_(x), y_(y) {}

  void run(const RunContext& context) const override {
    const int64_t span = kTile * kTilesTogether;
    const int64_t row_spans = (geometry_.rows + span - 1) / span;
    const int64_t column_tiles = (geometry_.columns + kTile - 1) / kTile;
    const int64_t size = int64_t{geometry_.rows} * geometry_.columns;
    const int64_t operations = std::min<int64_t>(span, geometry_.rows) * kTile * 2;
    forEachRow(context, geometry_.batch * column_tiles * row_spans, operations, [&](int64_t index, int) {
      const int64_t row = takeAxis(index, row_spans) * span;
      const int64_t column = takeAxis(index, column_tiles) * kTile;
      const Word* x = static_cast<const Word*>(context.values[x_.id]) + index * size;
      Word* y = static_cast<Word*>(context.values[y_.id]) + index * size;
      const int64_t end = std::min<int64_t>(row + span, geometry_.rows);
      for (int64_t r = row; r < end; r += kTile) moveTile(x, y, r, column);
    });
  }

 private:
  void moveTile(const Word* x, Word* y, int64_t row, int64_t column) const {
    const int64_t rows = geometry_.rows, columns = geometry_.columns;
    const int64_t row_end = std::min(row + kTile, rows), column_end = std::min(column + kTile, columns);
    for (int64_t c = column; c < column_end; ++c) {
      for (int64_t r = row; r < row_end; ++r) y[c * rows + r] = x[r * columns + c];
    }
  }

  const TransposeGeometry geometry_;
  const Value x_, y_;
};

}  // namespace

std::unique_ptr<Op> makeTransposeOp(const TransposeGeometry& geometry, const Value& x, const Value& y) {
  return std::make_unique<TransposeOp>(geometry, x, y);
}

}  // namespace convkit
