#include "ops/winograd_products.h"

#include <algorithm>
#include <limits>

#include "core/cpu.h"
#include "ops/winograd_conv.h"

namespace convkit {
namespace {

constexpr int64_t kLineFloats = 16;
// Channels of a partial sum: few, because the way back multiplies the products' errors. Half as many where a
// panel is so wide that the weights of two of them would not stay in the first-level cache: with 96, 512
// channels at 7² took 2 % longer.
constexpr int64_t kMostPiece = 128;

int64_t partialChannels(const ProductKernels& kernels) {
  return kernels.partial_terms < kMostPiece ? kMostPiece / 2 : kMostPiece;
}

// Input channels whose weights for all output channels of a panel stay in the first-level cache, where more
// than one tile uses them.
int64_t channelsInCache(int64_t width, int64_t tiles) {
  if (tiles < 2) return std::numeric_limits<int>::max();
  const int64_t channels = static_cast<int64_t>(cacheSizes().l1 / 3 * 2) / (width * int64_t{sizeof(float)});
  return std::max<int64_t>(32, channels / 4 * 4);
}

}  // namespace

WinogradProducts::WinogradProducts(const ProductKernels& kernels, int64_t elements, int64_t row,
                                   int64_t channels)
    : kernels_(kernels),
      elements_(elements),
      row_(row),
      channels_(channels),
      piece_(partialChannels(kernels)),
      cut_(channels > kLongestChain) {
  segments_.push_back({0, 0});
  for (int64_t first = piece_; cut_ && first < channels; first += piece_) segments_.push_back({first, first});
}

int64_t WinogradProducts::channelsOfCall(int64_t most) const {
  if (!cut_ || most >= channels_) return std::min(most, channels_);
  if (most >= piece_) return most / piece_ * piece_;
  int64_t divisor = most / 4 * 4;
  while (piece_ % divisor != 0) divisor -= 4;
  return divisor;
}

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
    if (all.chain) element.chain += e * all.tiles * width;
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

// A part of the input channels at a time: of long sums, whole partial sums.
void WinogradProducts::multiplyElement(const Operands& element, OutputFetch& outputs) const {
  const int64_t width = int64_t{element.vectors} * kernels_.lanes;
  const RowSplit tiles(element.tiles, kernels_.max_rows[element.vectors - 1]);
  const int64_t piece = cut_ ? piece_ : 1;
  const int64_t pieces = (element.channels + piece - 1) / piece;
  const int64_t most = std::max<int64_t>(1, channelsInCache(width, tiles.tiles()) / piece);
  const RowSplit parts(pieces, static_cast<int>(most));
  WeightsAhead ahead(element.ahead.from, element.ahead.floats, tiles.tiles() * (element.channels / 4));
  for (int64_t i = 0; i < parts.tiles(); ++i) {
    Operands part = element;
    const int64_t first = parts.begin(i) * piece;
    part.patches += first;
    part.weights += first * width;
    part.channels = std::min(parts.begin(i + 1) * piece, element.channels) - first;
    part.channels_before += first;
    multiplyPart(part, tiles, ahead, outputs);
  }
}

void WinogradProducts::multiplyPart(const Operands& part, const RowSplit& tiles, WeightsAhead& ahead,
                                    OutputFetch& outputs) const {
  int64_t rows[kMaxTileRows], y_rows[kMaxTileRows];
  const int64_t width = int64_t{part.vectors} * kernels_.lanes;
  for (int r = 0; r < kMaxTileRows; ++r) {
    rows[r] = r * row_;
    y_rows[r] = r * width;
  }
  ProductArgs args{};
  args.row_offsets = rows;
  args.b = part.weights;
  args.segments = segments_.data();
  args.run = cut_ ? std::min(piece_, part.channels) : part.channels;
  args.full_segments = part.channels / args.run;
  args.tail_run = part.channels % args.run;
  args.tail_segments = args.tail_run > 0 ? 1 : 0;
  args.accumulate = part.channels_before > 0;
  float* out = part.out;
  if (cut_) {
    const int64_t end = part.channels_before + part.channels;
    const bool begins = part.channels_before % piece_ == 0, ends = end % piece_ == 0 || end == channels_;
    args.cut = ends ? 1 : 0;
    args.accumulate = ends ? part.channels_before >= piece_ : !begins;
    if (ends && !begins) args.chain = part.chain;
    if (!ends) out = part.chain;
  }
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
    const float* const chain = args.chain;
    auto run = [&](int less, int64_t first, int64_t count) {
      if (count == 0) return;
      args.a = part.patches + first * row_;
      args.y = out + first * width;
      if (chain) args.chain = chain + first * width;
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
    args.y = out + tiles.begin(i) * width;
    if (args.chain) args.chain = part.chain + tiles.begin(i) * width;
    args.prefetch = ahead.next;
    outputs.some();
    kernels_.broadcast[part.vectors - 1][tiles.rows(i) - 1](args);
    ahead.next += fetched;
  }
}

}  // namespace convkit
