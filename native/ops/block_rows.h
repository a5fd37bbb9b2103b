#pragma once

#include <algorithm>
#include <vector>

#include "ops/rows.h"

namespace convkit {

// A tensor cut into the longest runs that lie without a gap in every one of several layouts with its dims and
// block. A run belongs to one channel block; run `row` of plane `plane` is its row-th.
class BlockRows {
 public:
  BlockRows(const Layout& y, const std::vector<const Layout*>& others)
      : block_(y.block), blocks_(y.blocks()) {
    bool contiguous = y.contiguousPlane();
    for (const Layout* other : others) contiguous = contiguous && other->contiguousPlane();
    const Extent3& space = y.dims.space;
    planes_ = int64_t{y.dims.n} * blocks_;
    rows_ = contiguous ? 1 : int64_t{space.d} * space.h;
    values_ = space.volume() / rows_ * block_;
  }

  // Runs, and values in each.
  int64_t count() const { return planes_ * rows_; }
  int64_t values() const { return values_; }
  int64_t planeOf(int64_t run) const { return run / rows_; }
  int64_t blockOf(int64_t run) const { return planeOf(run) % blocks_; }
  int64_t imageOf(int64_t run) const { return planeOf(run) / blocks_; }
  int64_t rowOf(int64_t run) const { return run % rows_; }

  int64_t offset(const Layout& layout, int64_t run) const {
    return layout.planeStart(planeOf(run)) + inPlane(layout, rowOf(run));
  }
  // Where a row begins in a plane of this layout.
  static int64_t inPlane(const Layout& layout, int64_t row) {
    const int64_t height = layout.dims.space.h;
    return layout.origin() + row / height * layout.sliceStride() + row % height * layout.rowStride();
  }

 private:
  int64_t block_, blocks_, planes_, rows_, values_;
};

// Calls body(run, begin, count) for pieces of at most `most` values, a multiple of every block, of all runs.
// `operations` is what a value costs.
template <class Body>
void forEachPiece(const RunContext& context, const BlockRows& rows, int64_t most, double operations,
                  Body&& body) {
  const int64_t pieces = (rows.values() + most - 1) / most;
  const double cost = operations * static_cast<double>(std::min(rows.values(), most));
  forEachRow(context, rows.count() * pieces, cost, [&](int64_t index, int) {
    const int64_t begin = takeAxis(index, pieces) * most;
    body(index, begin, std::min(most, rows.values() - begin));
  });
}

}  // namespace convkit
