#include "ops/winograd_products.h"

#include <algorithm>
#include <limits>

#include "core/cpu.h"
#include "ops/winograd_conv.h"

namespace convkit {
namespace {

constexpr int64_t kLineFloats = 16;

// Input channels whose weights for all output channels of a panel stay in the first-level cache, where more
// than one tile uses them.
int channelsInCache(int64_t width, int64_t tiles) {
  if (tiles < 2) return std::numeric_limits<int>::max();
  const int64_t channels = static_cast<int64_t>(cacheSizes().l1 / 3 * 2) / (width * int64_t{sizeof(float)});
  return static_cast<int>(std::max<int64_t>(32, channels / 4 * 4));
}

}  // namespace

// What is needed next; each four steps of a tile fetch their share of it.
struct WinogradProducts::WeightsAhead {
  WeightsAhead(const float* weights, int64_t floats, int64_t places)
      : next(weights),
        lines(places == 0 ? 0 : static_cast<int32_t>((floats / kLineFloats + places - 1) / places)) {}
  const float* next;
  int32_t lines;
};

void WinogradProducts::multiply(const Operands& all, OutputFetch outputs) const {
  const int64_t width = int64_t{all.vectors} * kernels_.lanes;
  outputs.spreadOver(elements_ * RowSplit(all.tiles, kernels_.max_rows[all.vectors - 1]).tiles());
  for (int64_t e = 0; e < elements_; ++e) {
    Operands element = all;
    element.patches += e * all.tiles * row_;
    element.weights += e * winogradWeightStride(all.channels, all.vectors, kernels_.lanes);
    element.out += e * all.tiles * width;
    if (all.ahead.from) {
      const int64_t share = all.ahead.floats / elements_ / kLineFloats * kLineFloats;
      element.ahead = {all.ahead.from + e * share, share};
    } else {
      element.ahead = {element.weights + winogradWeightStride(all.channels, all.vectors, kernels_.lanes),
                       all.channels * width};
    }
    multiplyElement(element, outputs);
  }
}

// A part of the input channels at a time.
void WinogradProducts::multiplyElement(const Operands& element, OutputFetch& outputs) const {
  const int64_t width = int64_t{element.vectors} * kernels_.lanes;
  const RowSplit tiles(element.tiles, kernels_.max_rows[element.vectors - 1]);
  const RowSplit parts(element.channels, channelsInCache(width, tiles.tiles()));
  WeightsAhead ahead(element.ahead.from, element.ahead.floats, tiles.tiles() * (element.channels / 4));
  for (int64_t i = 0; i < parts.tiles(); ++i) {
    Operands part = element;
    part.patches += parts.begin(i);
    part.weights += parts.begin(i) * width;
    part.channels = parts.rows(i);
    part.channels_before += parts.begin(i);
    multiplyPart(part, tiles, ahead, outputs);
  }
}

void WinogradProducts::multiplyPart(const Operands& part, const RowSplit& tiles, WeightsAhead& ahead,
                                    OutputFetch& outputs) const {
  const ProductSegment whole{0, 0};
  int64_t rows[kMaxTileRows], y_rows[kMaxTileRows];
  const int64_t width = int64_t{part.vectors} * kernels_.lanes;
  for (int r = 0; r < kMaxTileRows; ++r) {
    rows[r] = r * row_;
    y_rows[r] = r * width;
  }
  ProductArgs args{};
  args.row_offsets = rows;
  args.b = part.weights;
  args.segments = &whole;
  args.full_segments = 1;
  args.run = part.channels;
  args.accumulate = part.channels_before > 0;
  args.y_offsets = y_rows;
  args.y_vector_stride = kernels_.lanes;
  args.last_lanes = kernels_.lanes;
  args.a_step = row_;
  args.y_step = width;
  args.prefetch_lines = ahead.lines;
  const int64_t fetched = part.channels / 4 * ahead.lines * kLineFloats;
  const int64_t most = kernels_.even_rows[part.vectors - 1];
  const EvenSplit even(part.tiles, most);
  if (even.possible()) {
    auto run = [&](int less, int64_t first, int64_t count) {
      if (count == 0) return;
      args.a = part.patches + first * row_;
      args.y = part.out + first * width;
      args.prefetch = ahead.next;
      ahead.next += count * fetched;
      args.prefetch_end = ahead.next;
      for (int64_t i = 0; i < count; ++i) outputs.some();
      kernels_.even[part.vectors - 1][less](args, count);
    };
    run(0, 0, even.tall());
    run(1, even.tall() * most, even.low());
    return;
  }
  for (int64_t i = 0; i < tiles.tiles(); ++i) {
    args.a = part.patches + tiles.begin(i) * row_;
    args.y = part.out + tiles.begin(i) * width;
    args.prefetch = ahead.next;
    outputs.some();
    kernels_.broadcast[part.vectors - 1][tiles.rows(i) - 1](args);
    ahead.next += fetched;
  }
}

}  // namespace convkit
