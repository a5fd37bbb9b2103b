#include "ops/tap_segments.h"

#include <algorithm>

namespace convkit {
namespace {

// Taps side by side in a row of pixels, and in the weights, are one longer run. Returns how many.
int32_t tapsInARow(const AxisTaps& w) {
  return w.count > 0 && w.index_step == 1 && w.offset_step == 1 ? w.count : 1;
}

// One very long run (a linear layer's features) is cut into partial sums, of which the operator can also keep
// some in cache while it walks over the rows.
bool isLongRun(const BroadcastReads& reads, const TapPhase& phase) {
  return reads.kernel == 1 && phase.tapCount() == 1 && reads.x.block >= reads.channels &&
         reads.channels > kLongestChain;
}

// How many of the taps of a row of `row` make one segment: all, or a part of them where that is too long for
// one chain of additions. The rest of each row is a segment of its own.
struct RowCut {
  int64_t taps, rest;
};
RowCut cutRow(int64_t row, const BroadcastReads& reads) {
  const int64_t most = std::max<int64_t>(1, kLongestChain / reads.x.block);
  if (row <= most) return {row, 0};
  int64_t divisor = most;
  while (row % divisor != 0) --divisor;
  // There is one sort of tail only.
  const bool channel_tail = reads.channels % reads.x.block > 0;
  return channel_tail || 2 * divisor > most ? RowCut{divisor, 0} : RowCut{most, row % most};
}

int64_t cutAfter(const TapSegments& all, int64_t partial_terms) {
  return all.steps() <= kLongestChain ? 0
                                      : std::max<int64_t>(1, partial_terms / std::max<int64_t>(all.run, 1));
}

// Writes the segments of whole channel blocks that begin with the taps from `first` on of each row, every
// `step` of them, up to `end`.
struct RowParts {
  int64_t first, end, step;
};
ProductSegment* writeRowParts(const BroadcastReads& reads, const TapPhase& rows, const RowParts& parts,
                              ProductSegment* segments) {
  const Layout& x = reads.x;
  for (int64_t block = 0; block < reads.channels / x.block; ++block) {
    rows.forEachTap([&](const Tap& tap) {
      const int64_t a = block * x.blockStride() + tapOffset(tap, x);
      const int64_t b = block * reads.kernel + tap.index;
      for (int64_t t = parts.first; t + parts.step <= parts.end; t += parts.step) {
        *segments++ = {a + t * x.pixelStride(), (b + t) * x.block};
      }
    });
  }
  return segments;
}

}  // namespace

TapSegments BroadcastReads::segmentsOf(const TapPhase& phase) const {
  TapSegments result;
  if (isLongRun(*this, phase)) {
    result.cut = 1;
    result.run = kLongestChain;
    result.full = channels / kLongestChain;
    result.tail_run = channels % kLongestChain;
    result.tail = result.tail_run > 0 ? 1 : 0;
    return result;
  }
  const int64_t row = tapsInARow(phase.w), rows = channels / x.block * (phase.tapCount() / row);
  const RowCut cut = cutRow(row, *this);
  result.run = cut.taps * x.block;
  result.full = rows * (row / cut.taps);
  if (cut.rest > 0) {
    result.tail_run = cut.rest * x.block;
    result.tail = rows;
  } else {
    result.tail_run = channels % x.block;
    result.tail = result.tail_run > 0 ? phase.tapCount() : 0;
  }
  result.cut = cutAfter(result, partial_terms);
  return result;
}

void BroadcastReads::write(const TapPhase& phase, ProductSegment* segments) const {
  if (isLongRun(*this, phase)) {
    int64_t offset = 0;
    phase.forEachTap([&](const Tap& tap) { offset = tapOffset(tap, x); });
    for (int64_t at = 0; at < channels; at += kLongestChain) *segments++ = {offset + at, at};
    return;
  }
  const int64_t row = tapsInARow(phase.w), tail_run = channels % x.block;
  const RowCut cut = cutRow(row, *this);
  TapPhase rows = phase;
  if (row > 1) rows.w.count = 1;
  segments = writeRowParts(*this, rows, {0, row, cut.taps}, segments);
  if (cut.rest > 0) segments = writeRowParts(*this, rows, {row - cut.rest, row, cut.rest}, segments);
  if (tail_run == 0) return;
  const int64_t block = channels / x.block;
  phase.forEachTap([&](const Tap& tap) {
    *segments++ = {block * x.blockStride() + tapOffset(tap, x),
                   block * kernel * x.block + tap.index * tail_run};
  });
}

TapSegments LaneReads::segmentsOf(const TapPhase& phase) const {
  TapSegments result;
  result.run = 1;
  result.full = terms * phase.tapCount();
  result.cut = cutAfter(result, kLongestChain);
  return result;
}

void LaneReads::write(const TapPhase& phase, ProductSegment* segments) const {
  for (int32_t term = 0; term < terms; ++term) {
    phase.forEachTap([&](const Tap& tap) {
      *segments++ = {term * x.blockStride() + tapOffset(tap, x), term * kernel + tap.index};
    });
  }
}

}  // namespace convkit
