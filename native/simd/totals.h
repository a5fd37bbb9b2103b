#pragma once

// The totals of sums that are cut into partial sums: a chain of n additions of like values errs by up to
// n/3 · 2⁻²⁴ of its result. Included only by the families' templates.

#include "simd/vec.h"

namespace convkit {
namespace {

// Terms of a partial sum.
constexpr int64_t kPartialSumTerms = 256;

// The total of any number of partial sums, a vector of them at a time.
struct VectorTotal {
  Vec total{}, lost{};

  // Knuth's exact sum of two numbers.
  CONVKIT_INLINE_MEMBER void add(Vec partial) {
    const Vec sum = total + partial, rest = sum - total;
    lost += (total - (sum - rest)) + (partial - rest);
    total = sum;
  }
  // An infinite total has lost nothing that could be told.
  CONVKIT_INLINE_MEMBER Vec finish() const { return total + (Vec)((IntVec)lost & (lost == lost)); }
};

// total += partial, as whole vectors.
__attribute__((noinline, unused)) static void addPlainly(const float* partial, float* total, int count) {
  for (int at = 0; at < count; at += kLanes) store(total + at, load(total + at) + load(partial + at));
}

// total + lost += partial, but for what rounding takes from `lost`.
__attribute__((noinline, unused)) static void addExactly(const float* partial, float* total, float* lost,
                                                         int count) {
  for (int at = 0; at < count; at += kLanes) {
    VectorTotal sum{load(total + at), load(lost + at)};
    sum.add(load(partial + at));
    store(total + at, sum.total);
    store(lost + at, sum.lost);
  }
}

__attribute__((noinline, unused)) static void addLost(float* total, const float* lost, int count) {
  for (int at = 0; at < count; at += kLanes)
    store(total + at, VectorTotal{load(total + at), load(lost + at)}.finish());
}

// The total of so many floats' sums, in memory. With `exactly`, it may have any number of terms.
template <int kFloats>
class Totals {
 public:
  explicit Totals(bool exactly) : exactly_(exactly) {}

  // The sums so far, which begin anew afterwards.
  CONVKIT_INLINE_MEMBER void add(const float* partial) {
    if (!begun_) begin();
    exactly_ ? addExactly(partial, total_, lost_, kFloats) : addPlainly(partial, total_, kFloats);
  }
  bool begun() const { return begun_; }
  // Begun ones, after the last partial sum.
  CONVKIT_INLINE_MEMBER const float* finish() {
    if (exactly_) addLost(total_, lost_, kFloats);
    return total_;
  }

 private:
  void begin() {
    begun_ = true;
    for (int at = 0; at < kFloats; at += kLanes) store(total_ + at, Vec{});
    for (int at = 0; exactly_ && at < kFloats; at += kLanes) store(lost_ + at, Vec{});
  }

  const bool exactly_;
  bool begun_ = false;
  alignas(64) float total_[kFloats], lost_[kFloats];
};

}  // namespace
}  // namespace convkit
