#include "ops/pool_plain_rows.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/denormals.h"
#include "ops/rows.h"

namespace convkit {
namespace {

// As many outputs at a time as keep the lines in the first cache.
std::vector<PoolSegment> segmentsOf(const PlainPool& pool, PoolAcross across) {
  constexpr int64_t kLineColumns = 1024;
  const Window& window = pool.geometry.window;
  const std::vector<PoolTaps>& w = pool.windows.w;
  const int32_t width = window.input.w, outputs = static_cast<int32_t>(w.size());
  const int64_t step = pool.uneven() ? width / outputs + 1 : window.stride.w;
  const int32_t most = static_cast<int32_t>(std::max<int64_t>(64, kLineColumns / step));
  std::vector<PoolSegment> segments;
  for (int32_t first = 0; first < outputs; first += most) {
    const int32_t count = std::min(most, outputs - first), last = first + count - 1;
    PoolSegment segment{first, count, 0, 0};
    if (across == PoolAcross::kEachWindow) {
      segment.begin = width;
      for (int32_t i = first; i <= last; ++i) {
        if (w[i].taps == 0) continue;
        segment.begin = std::min<int64_t>(segment.begin, w[i].first);
        segment.end = std::max(segment.end, w[i].first + (w[i].taps - int64_t{1}) * pool.windows.step.w + 1);
      }
      segment.begin = std::min(segment.begin, segment.end);
    } else {
      segment.begin = int64_t{first} * window.stride.w - window.pad_left;
      segment.end = int64_t{last} * window.stride.w - window.pad_left +
                    int64_t{window.kernel.w - 1} * window.dilation.w + 1;
    }
    segments.push_back(segment);
  }
  return segments;
}

class PlainRowsOp final : public Op {
 public:
  explicit PlainRowsOp(const PlainPool& pool)
      : x_(pool.x), y_(pool.y), tables_(pool, pool.averages()), lanes_(poolPlaneKernels(pool.isa).lanes) {
    const PoolPlaneKernels& kernels = poolPlaneKernels(pool.isa);
    const Window& window = pool.geometry.window;
    const Extent3 output = pool.windows.output();
    kernel_ = pool.averages() ? kernels.average_rows : kernels.max_rows;
    args_.across = acrossOf(pool);
    args_.width = window.input.w;
    args_.taps = window.kernel.w;
    args_.stride = window.stride.w;
    args_.dilation = window.dilation.w;
    args_.multiply = tables_.multiply();
    segments_ = segmentsOf(pool, args_.across);
    for (const PlaneTaps& column : tables_.columns()) factors_.push_back(column.factor);
    factors_.resize(factors_.size() + lanes_, 1);
    rows_ = pool.planes() * output.d * output.h;
    operations_ = pool.windows.mostRowTaps() * window.input.w + pool.windows.mostColumnTaps() * output.w;
  }

  void run(const RunContext& context) const override {
    const PoolPlanes planes = tables_.planes();
    PoolRowsArgs args = args_;
    args.planes = &planes;
    args.line_step = lineFloats();
    args.x = context.f32(x_);
    args.y = context.f32(y_);
    args.segments = segments_.data();
    args.segment_count = static_cast<int32_t>(segments_.size());
    args.factors = factors_.data();
    forEachRange(context, rows_, operations_, [&](int64_t first, int64_t end, int participant) {
      const KeepDenormals keep;
      PoolRowsArgs range = args;
      range.first = first;
      range.rows = end - first;
      range.lines = reinterpret_cast<float*>(context.threadScratch(participant));
      kernel_(range);
    });
  }

  size_t threadScratchBytes() const override { return kPoolLines * lineFloats() * sizeof(float); }

  size_t residentBytes() const override {
    return tables_.bytes() + factors_.size() * sizeof(float) + segments_.size() * sizeof(PoolSegment);
  }

 private:
  size_t lineFloats() const {
    int64_t floats = 0;
    for (const PoolSegment& s : segments_) {
      // What padding and columns spill.
      floats = std::max(floats, s.end - s.begin + 2 * lanes_);
      if (args_.across == PoolAcross::kEachWindow) continue;
      // What whole vectors of windows read.
      const int64_t outputs = (int64_t{s.outputs} + lanes_ - 1) / lanes_ * lanes_;
      const int64_t taps = int64_t{args_.taps} * args_.dilation + 2 * lanes_;
      floats = std::max(floats, outputs * args_.stride + taps);
    }
    return static_cast<size_t>(floats + 15) / 16 * 16;
  }

  const Value x_, y_;
  const PlaneTables tables_;
  const int32_t lanes_;
  PoolRowsArgs args_{};  // what every run has in common
  void (*kernel_)(const PoolRowsArgs&);
  std::vector<PoolSegment> segments_;
  std::vector<float> factors_;
  int64_t rows_;
  double operations_;
};

}  // namespace

PoolAcross acrossOf(const PlainPool& pool) {
  // Beyond it the line would hold little that is used.
  constexpr int32_t kLargestStride = 16;
  const Window& window = pool.geometry.window;
  if (pool.uneven()) return PoolAcross::kEachWindow;
  if (window.stride.w == 1) return PoolAcross::kStride1;
  if (window.stride.w == 2) return PoolAcross::kStride2;
  const bool neighbours = window.dilation.w == 1;
  return neighbours && window.stride.w <= kLargestStride ? PoolAcross::kAnyStride : PoolAcross::kEachWindow;
}

std::unique_ptr<Op> makePlainRowsOp(const PlainPool& pool) { return std::make_unique<PlainRowsOp>(pool); }

}  // namespace convkit
