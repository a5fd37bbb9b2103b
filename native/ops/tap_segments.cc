#include "ops/tap_segments.h"

#include <cstddef>

namespace convkit {
namespace {

// Taps side by side in a row of pixels, and in the weights, are one longer run. Returns how many.
int64_t tapsInARow(const TapPhase& phase) {
  const std::size_t count = phase.taps.size();
  std::size_t row = 1;
  auto adjacent = [&](std::size_t i) {
    const Tap &last = phase.taps[i - 1], &tap = phase.taps[i];
    const bool beside =
        last.offset.d == tap.offset.d && last.offset.h == tap.offset.h && last.offset.w + 1 == tap.offset.w;
    return beside && last.index + 1 == tap.index;
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

TapSegments cutRun(int64_t offset, int64_t channels) {
  TapSegments result;
  result.run = kLongestRun;
  result.full = channels / kLongestRun;
  result.tail_run = channels % kLongestRun;
  result.tail = result.tail_run > 0 ? 1 : 0;
  for (int64_t i = 0; i < result.full + result.tail; ++i) {
    result.segments.push_back({offset + i * kLongestRun, i * kLongestRun});
  }
  return result;
}

}  // namespace

TapSegments broadcastSegments(const TapPhase& phase, const Layout& x, int32_t channels, int64_t kernel) {
  if (kernel == 1 && phase.taps.size() == 1 && x.block >= channels && channels > kLongestRun) {
    return cutRun(tapOffset(phase.taps[0], x), channels);
  }
  TapSegments result;
  const int64_t full_blocks = channels / x.block;
  const int64_t row = tapsInARow(phase);
  result.run = row * x.block;
  for (int64_t block = 0; block < full_blocks; ++block) {
    for (std::size_t t = 0; t < phase.taps.size(); t += row) {
      const Tap& tap = phase.taps[t];
      result.segments.push_back(
          {block * x.blockStride() + tapOffset(tap, x), (block * kernel + tap.index) * x.block});
    }
  }
  result.full = static_cast<int64_t>(result.segments.size());
  result.tail_run = channels % x.block;
  if (result.tail_run > 0) {
    for (const Tap& tap : phase.taps) {
      result.segments.push_back({full_blocks * x.blockStride() + tapOffset(tap, x),
                                 full_blocks * kernel * x.block + tap.index * result.tail_run});
    }
  }
  result.tail = static_cast<int64_t>(result.segments.size()) - result.full;
  return result;
}

TapSegments laneSegments(const TapPhase& phase, const Layout& x, int32_t terms, int64_t kernel) {
  TapSegments result;
  result.run = 1;
  for (int32_t term = 0; term < terms; ++term) {
    for (const Tap& tap : phase.taps) {
      result.segments.push_back({term * x.blockStride() + tapOffset(tap, x), term * kernel + tap.index});
    }
  }
  result.full = static_cast<int64_t>(result.segments.size());
  return result;
}

}  // namespace convkit
