#include "ops/tap_segments.h"

#include <algorithm>
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

// One very long run (a linear layer's features) is cut into partial sums, of which the operator can also keep
// some in cache while it walks over the rows.
TapSegments cutRun(int64_t offset, int64_t channels) {
  TapSegments result;
  result.cut = 1;
  result.run = kLongestChain;
  result.full = channels / result.run;
  result.tail_run = channels % result.run;
  result.tail = result.tail_run > 0 ? 1 : 0;
  for (int64_t i = 0; i < result.full + result.tail; ++i) {
    result.segments.push_back({offset + i * result.run, i * result.run});
  }
  return result;
}

// How many of the taps of a row of `row` make one segment: all, or a part of them where that is too long for
// one chain of additions. The rest of each row is a segment of its own.
struct RowCut {
  int64_t taps, rest;
};
RowCut cutRow(int64_t row, int64_t block, bool channel_tail) {
  const int64_t most = std::max<int64_t>(1, kLongestChain / block);
  if (row <= most) return {row, 0};
  int64_t divisor = most;
  while (row % divisor != 0) --divisor;
  // There is one sort of tail only.
  return channel_tail || 2 * divisor > most ? RowCut{divisor, 0} : RowCut{most, row % most};
}

int64_t cutAfter(const TapSegments& all, int64_t partial_terms) {
  return all.steps() <= kLongestChain ? 0
                                      : std::max<int64_t>(1, partial_terms / std::max<int64_t>(all.run, 1));
}

}  // namespace

TapSegments broadcastSegments(const TapPhase& phase, const Layout& x, const ChannelTaps& reads,
                              int64_t partial_terms) {
  const int64_t channels = reads.channels, kernel = reads.kernel;
  if (kernel == 1 && phase.taps.size() == 1 && x.block >= channels && channels > kLongestChain) {
    return cutRun(tapOffset(phase.taps[0], x), channels);
  }
  TapSegments result;
  const int64_t full_blocks = channels / x.block;
  const int64_t row = tapsInARow(phase), taps = static_cast<int64_t>(phase.taps.size());
  const RowCut cut = cutRow(row, x.block, channels % x.block > 0);
  auto add = [&](int64_t block, int64_t t) {
    const Tap& tap = phase.taps[static_cast<std::size_t>(t)];
    result.segments.push_back(
        {block * x.blockStride() + tapOffset(tap, x), (block * kernel + tap.index) * x.block});
  };
  result.run = cut.taps * x.block;
  for (int64_t block = 0; block < full_blocks; ++block) {
    for (int64_t first = 0; first < taps; first += row) {
      for (int64_t t = 0; t + cut.taps <= row; t += cut.taps) add(block, first + t);
    }
  }
  result.full = static_cast<int64_t>(result.segments.size());
  result.tail_run = cut.rest > 0 ? cut.rest * x.block : channels % x.block;
  for (int64_t block = 0; cut.rest > 0 && block < full_blocks; ++block) {
    for (int64_t end = row; end <= taps; end += row) add(block, end - cut.rest);
  }
  if (channels % x.block > 0) {
    for (const Tap& tap : phase.taps) {
      result.segments.push_back({full_blocks * x.blockStride() + tapOffset(tap, x),
                                 full_blocks * kernel * x.block + tap.index * result.tail_run});
    }
  }
  result.tail = static_cast<int64_t>(result.segments.size()) - result.full;
  result.cut = cutAfter(result, partial_terms);
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
  result.cut = cutAfter(result, kLongestChain);
  return result;
}

}  // namespace convkit
