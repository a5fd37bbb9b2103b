#include "ops/non_max_suppression.h"

#include <algorithm>
#include <functional>

#include "ops/rows.h"
#include "ops/value_order.h"

namespace convkit {
namespace {

struct Box {
  float top, left, bottom, right;
  float area() const { return (bottom - top) * (right - left); }
};

Box boxFrom(const float* v, bool center_point) {
  Box box{v[0], v[1], v[2], v[3]};
  if (center_point) box = {v[1] - v[3] / 2, v[0] - v[2] / 2, v[1] + v[3] / 2, v[0] + v[2] / 2};
  return {std::min(box.top, box.bottom), std::min(box.left, box.right), std::max(box.top, box.bottom),
          std::max(box.left, box.right)};
}

bool overlapsMore(const Box& a, const Box& b, float threshold) {
  const float height = std::min(a.bottom, b.bottom) - std::max(a.top, b.top);
  const float width = std::min(a.right, b.right) - std::max(a.left, b.left);
  if (!(height > 0 && width > 0)) return false;
  const float both = height * width;
  return both / (a.area() + b.area() - both) > threshold;
}

class NonMaxSuppressionOp final : public Op {
 public:
  NonMaxSuppressionOp(const NonMaxSuppressionGeometry& geometry, float iou_threshold, float score_threshold,
                      const NonMaxSuppressionValues& values)
      : geometry_(geometry),
        rows_(rowsPerClass(geometry)),
        iou_threshold_(iou_threshold),
        score_threshold_(score_threshold),
        values_(values) {}

  void run(const RunContext& context) const override {
    const int64_t groups = int64_t{geometry_.batches} * geometry_.classes;
    int32_t* counts = context.i32(values_.counts);
    // A cancelled run leaves groups out.
    std::fill_n(counts, groups, 0);
    forEachRow(context, groups, 4.0 * geometry_.boxes, [&](int64_t group, int participant) {
      char* scratch = context.threadScratch(participant);
      counts[group] = pick(context, group, reinterpret_cast<uint64_t*>(scratch),
                           reinterpret_cast<Box*>(scratch + geometry_.boxes * sizeof(uint64_t)));
    });
    writeRows(context, groups);
  }

  size_t threadScratchBytes() const override {
    return geometry_.boxes * sizeof(uint64_t) + static_cast<size_t>(rows_) * sizeof(Box);
  }

 private:
  // Takes candidates off a heap: with many of them, few are looked at before the rows are full.
  int32_t pick(const RunContext& context, int64_t group, uint64_t* ranks, Box* picked) const {
    const float* boxes = context.f32(values_.boxes) + group / geometry_.classes * geometry_.boxes * 4;
    int32_t* found = context.i32(values_.found) + group * rows_;
    uint64_t* end = collect(context.f32(values_.scores) + group * geometry_.boxes, ranks);
    std::make_heap(ranks, end, std::greater<uint64_t>());
    int32_t count = 0;
    // Many boxes take seconds, all of them in one chunk.
    while (end != ranks && count < rows_ && !context.isCancelled()) {
      std::pop_heap(ranks, end, std::greater<uint64_t>());
      const uint32_t place = placeOfRank(*--end);
      const Box box = boxFrom(boxes + int64_t{place} * 4, geometry_.center_point != 0);
      const bool suppressed = std::any_of(
          picked, picked + count, [&](const Box& other) { return overlapsMore(other, box, iou_threshold_); });
      if (suppressed) continue;
      picked[count] = box;
      found[count++] = static_cast<int32_t>(place);
    }
    return count;
  }

  // The ranks of the boxes whose scores count; returns their end.
  uint64_t* collect(const float* scores, uint64_t* ranks) const {
    for (int64_t box = 0; box < geometry_.boxes; ++box) {
      const float score = scores[box];
      if (score > score_threshold_) *ranks++ = rankOfLargest(score, static_cast<uint32_t>(box));
    }
    return ranks;
  }

  void writeRows(const RunContext& context, int64_t groups) const {
    float* row = context.f32(values_.selected);
    float* const end = row + groups * rows_ * 3;
    const int32_t* counts = context.i32(values_.counts);
    int64_t total = 0;
    for (int64_t group = 0; group < groups; ++group) {
      const int32_t* found = context.i32(values_.found) + group * rows_;
      for (int32_t i = 0; i < counts[group]; ++i, row += 3) {
        row[0] = static_cast<float>(group / geometry_.classes);
        row[1] = static_cast<float>(group % geometry_.classes);
        row[2] = static_cast<float>(found[i]);
      }
      total += counts[group];
    }
    std::fill(row, end, 0.0f);
    *context.f32(values_.count) = static_cast<float>(total);
  }

  const NonMaxSuppressionGeometry geometry_;
  const int32_t rows_;
  const float iou_threshold_, score_threshold_;
  const NonMaxSuppressionValues values_;
};

}  // namespace

int32_t rowsPerClass(const NonMaxSuppressionGeometry& geometry) {
  return std::min(geometry.most_per_class, geometry.boxes);
}

std::unique_ptr<Op> makeNonMaxSuppressionOp(const NonMaxSuppressionGeometry& geometry, float iou_threshold,
                                            float score_threshold, const NonMaxSuppressionValues& values) {
  return std::make_unique<NonMaxSuppressionOp>(geometry, iou_threshold, score_threshold, values);
}

}  // namespace convkit
