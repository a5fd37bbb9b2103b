#include "ops/tap_segments.h"

#include <algorithm>

namespace convkit {
namespace {

// Taps side by side in a row of pixels, and in the weights, are one longer run. Returns how many.
int32_t tapsInARow(const AxisTaps& w) {
  return w.count > 0 && w.index_step == 1 && w.offset_step == 1 ? w.count : 1;
}

// One very long run (a linear layer's features) is cut, so that the operator can keep a part of the
// weights in cache while it walks over the rows.
constexpr int64_t kLongestRun = 256;

bool isLongRun(const BroadcastReads& reads, const TapPhase& phase) {
  return reads.kernel == 1 && phase.tapCount() == 1 && reads.x.block >= reads.channels &&
         reads.channels > kLongestRun;
}

}  // namespace

TapSegments BroadcastReads::segmentsOf(const TapPhase& phase) const {
  TapSegments result;
  if (isLongRun(*this, phase)) {
    result.run = kLongestRun;
    result.full = channels / kLongestRun;
    result.tail_run = channels % kLongestRun;
    result.tail = result.tail_run > 0 ? 1 : 0;
    return result;
  }
  const int64_t row = tapsInARow(phase.w);
  result.run = row * x.block;
  result.full = channels / x.block * (phase.tapCount() / row);
  result.tail_run = channels % x.block;
  result.tail = result.tail_run > 0 ? phase.tapCount() : 0;
  return result;
}

void BroadcastReads::write(const TapPhase& phase, ProductSegment* segments) const {
  if (isLongRun(*this, phase)) {
    int64_t offset = 0;
    phase.forEachTap([&](const Tap& tap) { offset = tapOffset(tap, x); });
    for (int64_t at = 0; at < channels; at += kLongestRun) *segments++ = {offset + at, at};
    return;
  }
  const int64_t full_blocks = channels / x.block, tail_run = channels % x.block;
  TapPhase rows = phase;
  if (tapsInARow(phase.w) > 1) rows.w.count = 1;
  for (int64_t block = 0; block < full_blocks; ++block) {
    rows.forEachTap([&](const Tap& tap) {
      *segments++ = {block * x.blockStride() + tapOffset(tap, x), (block * kernel + tap.index) * x.block};
    });
  }
  if (tail_run == 0) return;
  phase.forEachTap([&](const Tap& tap) {
    *segments++ = {full_blocks * x.blockStride() + tapOffset(tap, x),
                   full_blocks * kernel * x.block + tap.index * tail_run};
  });
}

TapSegments LaneReads::segmentsOf(const TapPhase& phase) const {
  TapSegments result;
  result.run = 1;
  result.full = terms * phase.tapCount();
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
