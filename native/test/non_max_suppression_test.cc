#include "ops/non_max_suppression.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "test/harness.h"
#include "test/independence.h"
#include "test/op_runner.h"

using namespace convkit;
using namespace convkit::test;

namespace {

const float kNone = -std::numeric_limits<float>::infinity();

Layout flat(int64_t size) { return plainLayout({1, static_cast<int32_t>(size), {1, 1, 1}}); }

struct Thresholds {
  float iou, score;
};

// The selected rows, then their count.
std::vector<float> suppress(const NonMaxSuppressionGeometry& g, const Thresholds& t,
                            const std::vector<float>& boxes, const std::vector<float>& scores,
                            int threads = 2) {
  OpRunner runner(threads);
  const size_t groups = static_cast<size_t>(g.batches) * static_cast<size_t>(g.classes);
  const size_t rows = groups * static_cast<size_t>(rowsPerClass(g));
  NonMaxSuppressionValues values;
  values.boxes = runner.addVector(boxes);
  values.scores = runner.addVector(scores);
  values.selected = runner.add(flat(static_cast<int64_t>(rows) * 3));
  values.count = runner.add(flat(1));
  values.found = runner.addInts(std::vector<int32_t>(rows, -1));
  values.counts = runner.addInts(std::vector<int32_t>(groups, -1));
  runner.run(*makeNonMaxSuppressionOp(g, t.iou, t.score, values));
  std::vector<float> result = runner.read(values.selected);
  result.push_back(runner.read(values.count)[0]);
  return result;
}

double overlap(const float* a, const float* b, bool center) {
  double area[2], low[2][2], high[2][2];
  const float* both[2] = {a, b};
  for (int i = 0; i < 2; ++i) {
    const float* v = both[i];
    for (int axis = 0; axis < 2; ++axis) {
      low[i][axis] = center ? v[axis] - v[axis + 2] / 2.0 : std::fmin(v[axis], v[axis + 2]);
      high[i][axis] = center ? v[axis] + v[axis + 2] / 2.0 : std::fmax(v[axis], v[axis + 2]);
    }
    area[i] = (high[i][0] - low[i][0]) * (high[i][1] - low[i][1]);
  }
  double common = 1;
  for (int axis = 0; axis < 2; ++axis) {
    common *= std::fmax(0, std::fmin(high[0][axis], high[1][axis]) - std::fmax(low[0][axis], low[1][axis]));
  }
  return common == 0 ? 0 : common / (area[0] + area[1] - common);
}

std::vector<float> expectedOf(const NonMaxSuppressionGeometry& g, const Thresholds& t,
                              const std::vector<float>& boxes, const std::vector<float>& scores) {
  std::vector<float> rows;
  for (int group = 0; group < g.batches * g.classes; ++group) {
    const float* score = scores.data() + group * g.boxes;
    const float* box = boxes.data() + group / g.classes * g.boxes * 4;
    std::vector<int> order(static_cast<size_t>(g.boxes)), kept;
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return score[a] > score[b]; });
    for (const int candidate : order) {
      if (!(score[candidate] > t.score)) continue;
      if (static_cast<int>(kept.size()) == g.most_per_class) break;
      const bool free = std::none_of(kept.begin(), kept.end(), [&](int other) {
        return overlap(box + 4 * other, box + 4 * candidate, g.center_point != 0) > t.iou;
      });
      if (free) kept.push_back(candidate);
    }
    for (const int at : kept) {
      rows.push_back(static_cast<float>(group / g.classes));
      rows.push_back(static_cast<float>(group % g.classes));
      rows.push_back(static_cast<float>(at));
    }
  }
  const float count = static_cast<float>(rows.size() / 3);
  rows.resize(static_cast<size_t>(g.batches * g.classes * rowsPerClass(g)) * 3, 0.0f);
  rows.push_back(count);
  return rows;
}

}  // namespace

TEST(keepsTheBestThatDoNotOverlap) {
  const NonMaxSuppressionGeometry shapes[] = {
      {1, 1, 1, 1, 0}, {1, 1, 40, 40, 0}, {2, 3, 50, 7, 0}, {2, 3, 50, 100, 1}, {1, 80, 300, 20, 0}};
  for (const NonMaxSuppressionGeometry& g : shapes) {
    // Corners on a grid of 19 give overlaps that are exact ratios; scores are tied often.
    std::vector<float> boxes = randomIntegers(int64_t{g.batches} * g.boxes * 4, 4);
    if (g.center_point) {
      for (size_t i = 0; i < boxes.size(); ++i) boxes[i] = i % 4 < 2 ? boxes[i] : std::fabs(boxes[i]) + 1;
    }
    const std::vector<float> scores = randomIntegers(int64_t{g.batches} * g.classes * g.boxes, 5);
    for (const Thresholds& t : {Thresholds{0.5f, kNone}, {0.3f, 0}, {0, 2}, {1, kNone}, {0.5f, 9}}) {
      checkSame(suppress(g, t, boxes, scores), expectedOf(g, t, boxes, scores), "rows");
      checkThreads([&](int threads) { return suppress(g, t, boxes, scores, threads); });
    }
  }
}

TEST(thresholdsAreStrict) {
  // Two boxes that share a third of their union; corners of the second are flipped.
  const std::vector<float> boxes = {0, 0, 2, 2, 3, 2, 1, 0};
  const NonMaxSuppressionGeometry g{1, 1, 2, 2, 0};
  checkSame(suppress(g, {1.0f / 3, 0.5f}, boxes, {0.9f, 0.8f}), {0, 0, 0, 0, 0, 1, 2},
            "equal to the threshold");
  checkSame(suppress(g, {0.33f, 0.5f}, boxes, {0.9f, 0.8f}), {0, 0, 0, 0, 0, 0, 1}, "above it");
  checkSame(suppress(g, {1, 0.8f}, boxes, {0.9f, 0.8f}), {0, 0, 0, 0, 0, 0, 1},
            "a score equal to its threshold");
}

TEST(nanAndMinusInfinityAreNoScores) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> boxes = {0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5};
  checkSame(suppress({1, 1, 3, 3, 0}, {0.5f, kNone}, boxes, {kNone, nan, -3e38f}),
            {0, 0, 2, 0, 0, 0, 0, 0, 0, 1}, "rows");
}

// None overlaps another: each of a million boxes is compared with all before it, which takes hours.
TEST(oneClassOfManyBoxesCanBeCancelled) {
  const int32_t count = 1000000;
  std::vector<float> boxes, scores;
  for (int32_t i = 0; i < count; ++i) {
    const float left = static_cast<float>(2 * i);
    boxes.insert(boxes.end(), {0, left, 1, left + 1});
    scores.push_back(1);
  }
  OpRunner runner(2);
  NonMaxSuppressionValues values;
  values.boxes = runner.addVector(boxes);
  values.scores = runner.addVector(scores);
  values.selected = runner.add(flat(int64_t{count} * 3));
  values.count = runner.add(flat(1));
  values.found = runner.addInts(std::vector<int32_t>(static_cast<size_t>(count), -1));
  values.counts = runner.addInts({-1});
  const CancelledSoon cancelled;
  runner.run(*makeNonMaxSuppressionOp({1, 1, count, count, 0}, 0.5f, kNone, values), cancelled.flag());
  CHECK(runner.readInts(values.counts)[0] < count);
}

TEST_MAIN()
