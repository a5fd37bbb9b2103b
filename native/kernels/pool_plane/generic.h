// The template of the `pool_plane` family, included once by each thin per-ISA file.

#include "kernels/pool_plane/across.h"
#include "kernels/pool_plane/down.h"
#include "kernels/pool_plane/pool_plane.h"
#include "kernels/pool_plane/windows.h"

namespace convkit {
namespace {

template <class Reduction, class Across>
CONVKIT_INLINE void reduceRows(const PoolRowsArgs& args, Across across) {
  RowCursor cursor(*args.planes, args.x, args.first);
  float* y = args.y + args.first * args.planes->output.w;
  for (int64_t row = 0; row < args.rows; row += kPoolLines) {
    const int lines = args.rows - row < kPoolLines ? static_cast<int>(args.rows - row) : kPoolLines;
    RowTaps taps[kPoolLines];
    for (int i = 0; i < lines; ++i, cursor.next()) taps[i] = cursor.taps();
    for (int32_t s = 0; s < args.segment_count; ++s) {
      const PoolSegment& segment = args.segments[s];
      for (int i = 0; i < lines; ++i) {
        reduceDown<Reduction>(taps[i], segment, args.width, args.lines + i * args.line_step);
      }
      float* out = y + segment.first;
      for (int i = 0; i < lines; ++i, out += args.planes->output.w) {
        const Finish finish{taps[i].factor, args.factors + segment.first, args.multiply};
        across(Line{args.lines + i * args.line_step, out, segment.outputs, finish}, segment);
      }
    }
    y += lines * args.planes->output.w;
  }
}

template <class Reduction>
void poolRows(const PoolRowsArgs& args) {
  const int32_t taps = args.taps, dilation = args.dilation, stride = args.stride;
  const int32_t few = dilation == 1 && taps <= 3 ? taps : 0;
  const auto with = [&](auto across) {
    reduceRows<Reduction>(args, [&](const Line& line, const PoolSegment&) { across(line); });
  };
  switch (args.across) {
    case PoolAcross::kStride1:
      if (few == 2) return with([](const Line& line) { acrossFewStride1<Reduction, 2>(line); });
      if (few == 3) return with([](const Line& line) { acrossFewStride1<Reduction, 3>(line); });
      return with([&](const Line& line) { acrossStride1<Reduction>(line, taps, dilation); });
    case PoolAcross::kStride2:
      if (few == 2) return with([](const Line& line) { acrossFewStride2<Reduction, 2>(line); });
      if (few == 3) return with([](const Line& line) { acrossFewStride2<Reduction, 3>(line); });
      return with([&](const Line& line) { acrossStride2<Reduction>(line, taps, dilation); });
    case PoolAcross::kAnyStride:
      return with([&](const Line& line) { acrossAnyStride<Reduction>(line, taps, stride); });
    case PoolAcross::kEachWindow:
      return reduceRows<Reduction>(args, [&](Line line, const PoolSegment& segment) {
        line.x -= segment.begin;
        acrossEachWindow<Reduction>(line, args.planes->w + segment.first, dilation);
      });
  }
}

#define CONVKIT_POOL_PLANE_TABLE \
  { kLanes, poolRows<Maximum>, poolRows<Average>, poolWindows<Maximum>, poolWindows<Average> }

}  // namespace
}  // namespace convkit
