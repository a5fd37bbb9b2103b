#pragma once

#include <memory>

#include "ops/op.h"

namespace convkit {

struct NonMaxSuppressionValues {
  Value boxes, scores;    // float32
  Value selected, count;  // float32
  Value found, counts;    // int32 temporaries: chosen boxes, rowsPerClass of them a class, and how many are
};

// Boxes one class may keep.
int32_t rowsPerClass(const NonMaxSuppressionGeometry& geometry);

// Picks the boxes of each class from the best score down, leaving out those that overlap one already picked
// by more than `iou_threshold` of their union, and those whose score is not above `score_threshold`, as no
// NaN is. Boxes of equal scores come in their order. Rows of `selected` beyond `count` are zeros.
std::unique_ptr<Op> makeNonMaxSuppressionOp(const NonMaxSuppressionGeometry& geometry, float iou_threshold,
                                            float score_threshold, const NonMaxSuppressionValues& values);

}  // namespace convkit
