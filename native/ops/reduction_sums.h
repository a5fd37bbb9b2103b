#pragma once

#include <algorithm>
#include <cmath>

#include "core/denormals.h"
#include "kernels/reduce/reduce.h"
#include "program/kinds.h"

namespace convkit {

inline Reduction reductionOf(ReduceOperation operation) {
  switch (operation) {
    case ReduceOperation::kMax:
      return Reduction::kMax;
    case ReduceOperation::kMin:
      return Reduction::kMin;
    case ReduceOperation::kProd:
      return Reduction::kProd;
    default:
      return Reduction::kSum;
  }
}

// Extremes lose nothing on the way, and keep a denormal as it is.
inline bool isExtreme(Reduction reduction) {
  return reduction == Reduction::kMax || reduction == Reduction::kMin;
}

// Calls body(), for an extreme with denormals as they are.
template <class Body>
void keepingExtremes(Reduction reduction, Body&& body) {
  if (!isExtreme(reduction)) return body();
  const KeepDenormals keep;
  body();
}

// Partial results of columns, added up in double precision: float32 sums of a few values each lose little,
// and these nothing, so that the sum of a million values is right to seven digits.
template <int kColumns>
class ReductionSums {
 public:
  ReductionSums(Reduction reduction, int64_t columns) : reduction_(reduction), columns_(columns) {
    const double start = reduction == Reduction::kSum    ? 0
                         : reduction == Reduction::kProd ? 1
                         : reduction == Reduction::kMax  ? -INFINITY
                                                         : INFINITY;
    std::fill_n(sums_, columns, start);
  }

  void add(const float* partial) { addFirst(columns_, partial); }
  void addFirst(int64_t columns, const float* partial) {
    for (int64_t c = 0; c < columns; ++c) sums_[c] = combined(sums_[c], static_cast<double>(partial[c]));
  }
  // The columns from `width` on join those before them.
  void fold(int64_t width) {
    for (int64_t c = width; c < columns_; ++c) sums_[c % width] = combined(sums_[c % width], sums_[c]);
    columns_ = width;
  }
  void write(double divisor, float* y) const {
    for (int64_t c = 0; c < columns_; ++c) y[c] = static_cast<float>(sums_[c] / divisor);
  }

 private:
  double combined(double sum, double x) const {
    switch (reduction_) {
      case Reduction::kMax:
        return x > sum || x != x ? x : sum;
      case Reduction::kMin:
        return x < sum || x != x ? x : sum;
      case Reduction::kProd:
        return sum * x;
      default:
        return sum + x;
    }
  }

  const Reduction reduction_;
  int64_t columns_;
  double sums_[kColumns];
};

}  // namespace convkit
