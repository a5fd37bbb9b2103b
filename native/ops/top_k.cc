#include "ops/top_k.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "ops/rows.h"
#include "ops/value_order.h"

namespace convkit {
namespace {

// Thrown by comparisons of a run that was cancelled: of a long line sorting takes seconds, in one chunk.
struct Stop {};

struct Before {
  const RunContext& context;
  bool operator()(uint64_t a, uint64_t b) const {
    if (context.isCancelled()) throw Stop();
    return a < b;
  }
};

class TopKOp final : public Op {
 public:
  TopKOp(const TopKGeometry& geometry, const Value& x, const Value& y, const Value& places)
      : geometry_(geometry), x_(x), y_(y), places_(places) {}

  void run(const RunContext& context) const override {
    const int64_t inner = geometry_.inner;
    const double operations = 8.0 * geometry_.length + 4.0 * geometry_.k * std::log2(1.0 + geometry_.k);
    forEachRow(context, geometry_.outer * inner, operations, [&](int64_t line, int participant) {
      const int64_t outer = line / inner, start = line % inner;
      uint64_t* ranks = reinterpret_cast<uint64_t*>(context.threadScratch(participant));
      const float* x = context.f32(x_) + outer * geometry_.length * inner + start;
      try {
        rank(context, x, ranks);
      } catch (const Stop&) {
        return;
      }
      const int64_t to = outer * geometry_.k * inner + start;
      float* y = context.f32(y_) + to;
      float* places = context.f32(places_) + to;
      for (int64_t i = 0; i < geometry_.k; ++i) {
        const uint32_t place = placeOfRank(ranks[i]);
        y[i * inner] = x[place * inner];
        places[i * inner] = static_cast<float>(place);
      }
    });
  }

  size_t threadScratchBytes() const override { return geometry_.length * sizeof(uint64_t); }

 private:
  static constexpr int64_t kLong = 1 << 16;

  // The first k of `ranks` become those of the line's best, in order.
  void rank(const RunContext& context, const float* x, uint64_t* ranks) const {
    const int64_t length = geometry_.length;
    for (int64_t i = 0; i < length; ++i) {
      const float value = x[i * geometry_.inner];
      const uint32_t place = static_cast<uint32_t>(i);
      ranks[i] = geometry_.largest ? rankOfLargest(value, place) : rankOfSmallest(value, place);
    }
    if (length > kLong) return select(ranks, Before{context});
    select(ranks, std::less<uint64_t>());
  }

  template <class Compare>
  void select(uint64_t* ranks, const Compare& before) const {
    const int64_t length = geometry_.length, k = geometry_.k;
    if (k < length) std::nth_element(ranks, ranks + k - 1, ranks + length, before);
    std::sort(ranks, ranks + k, before);
  }

  const TopKGeometry geometry_;
  const Value x_, y_, places_;
};

}  // namespace

std::unique_ptr<Op> makeTopKOp(const TopKGeometry& geometry, const Value& x, const Value& y,
                               const Value& places) {
  return std::make_unique<TopKOp>(geometry, x, y, places);
}

}  // namespace convkit
