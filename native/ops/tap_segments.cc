#include "ops/tap_segments.h"

#include <cstddef>

namespace convkit {
namespace {

int64_t offsetOf(const Tap& tap, const Layout& x) {
  return tap.offset.d * x.sliceStride() + tap.offset.h * x.rowStride() + tap.offset.w * x.pixelStride();
}

// Taps side by side in a row of pixels are one longer run of memory. Returns how many.
int64_t tapsInARow(const TapPhase& phase) {
  const std::size_t count = phase.taps.size();
  std::size_t row = 1;
  auto adjacent = [&](std::size_t i) {
    const Extent3 &a = phase.taps[i - 1].offset, &b = phase.taps[i].offset;
    return a.d == b.d && a.h == b.h && a.w + 1 == b.w;
  };
  while (row < count && adjacent(row)) ++row;
  for (std::size_t i = 1; i < count; ++i) {
    if (adjacent(i) != (i % row != 0)) return 1;
  }
  return count % row == 0 ? static_cast<int64_t>(row) : 1;
}

// One very long run (a linear layer's features) is cut, so that the operator can keep a part of the
// weights in cache while it walks over the rows.
constexpr int64_t kLongestRun = 256;

TapSegments cutRun(int64_t channels) {
  TapSegments segments;
  segments.run = kLongestRun;
  segments.full = channels / kLongestRun;
  segments.tail_run = channels % kLongestRun;
  segments.tail = segments.tail_run > 0 ? 1 : 0;
  for (int64_t i = 0; i < segments.full + segments.tail; ++i) segments.offsets.push_back(i * kLongestRun);
  return segments;
}

}  // namespace

TapSegments broadcastSegments(const TapPhase& phase, const Layout& x, int32_t channels) {
  const bool one_pixel = phase.taps.size() == 1 && x.block >= channels;
  if (one_pixel && channels > kLongestRun) {
    TapSegments segments = cutRun(channels);
    for (int64_t& offset : segments.offsets) offset += offsetOf(phase.taps[0], x);
    return segments;
  }
  TapSegments segments;
  const int64_t full_blocks = channels / x.block;
  const int64_t row = tapsInARow(phase);
  segments.run = row * x.block;
  for (int64_t block = 0; block < full_blocks; ++block) {
    for (std::size_t t = 0; t < phase.taps.size(); t += row) {
      segments.offsets.push_back(block * x.blockStride() + offsetOf(phase.taps[t], x));
    }
  }
  segments.full = static_cast<int64_t>(segments.offsets.size());
  segments.tail_run = channels % x.block;
  if (segments.tail_run > 0) {
    for (const Tap& tap : phase.taps) {
      segments.offsets.push_back(full_blocks * x.blockStride() + offsetOf(tap, x));
    }
  }
  segments.tail = static_cast<int64_t>(segments.offsets.size()) - segments.full;
  return segments;
}

TapSegments laneSegments(const TapPhase& phase, const Layout& x, int32_t terms) {
  TapSegments segments;
  segments.run = 1;
  for (int32_t term = 0; term < terms; ++term) {
    for (const Tap& tap : phase.taps) segments.offsets.push_back(term * x.blockStride() + offsetOf(tap, x));
  }
  segments.full = static_cast<int64_t>(segments.offsets.size());
  return segments;
}

}  // namespace convkit
