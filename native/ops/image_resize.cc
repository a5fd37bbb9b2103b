#include "ops/image_resize.h"

#include <algorithm>
#include <cstring>

#include "ops/resize_tables.h"
#include "ops/rows.h"

namespace convkit {
namespace {

constexpr int64_t kLine = 64;
constexpr int64_t wholeLines(int64_t bytes) { return (bytes + kLine - 1) / kLine * kLine; }

// What lies between the two passes.
enum class Between { kBytes, kSums, kFloats };

Between betweenOf(ResizeArithmetic arithmetic) {
  if (arithmetic == ResizeArithmetic::kFixed) return Between::kBytes;
  return arithmetic == ResizeArithmetic::kFloat ? Between::kFloats : Between::kSums;
}

// Each thread makes a stretch of rows of the result. Rows that are resampled across go into a ring that holds
// as many as one row of the result needs, so that they are summed while they are in the first-level cache.
class ImageResizeOp final : public Op {
 public:
  ImageResizeOp(const ImageResizeGeometry& geometry, const ImageResizeOperands& operands, Isa isa)
      : g_(geometry),
        o_(operands),
        kernels_(imageResizeKernels(isa)),
        between_(betweenOf(g_.arithmetic)),
        values_(int64_t{g_.output_width} * g_.input.channels),
        value_bytes_(bytesPerValue(operands.type)),
        input_row_(int64_t{g_.input.width} * g_.input.channels * value_bytes_),
        // The kernels write a few values beyond a row.
        ring_row_(wholeLines((values_ + 4) * (between_ == Between::kBytes ? 1 : 4))),
        ring_rows_(std::min<int64_t>(g_.taps_down + kResizeRows, g_.input.height)),
        copied_row_(wholeLines(input_row_ + kResizeOverRead)) {}

  void run(const RunContext& context) const override {
    if (between_ == Between::kFloats) {
      int32_t* spans = context.i32(o_.packed);
      for (int64_t o = 0; o < g_.output_width; ++o) {
        const TapSpan span = tapSpan(context.i32(o_.across.bounds), o, g_.taps_across, g_.input.width);
        spans[2 * o] = static_cast<int32_t>(span.first);
        spans[2 * o + 1] = static_cast<int32_t>(span.count);
      }
    } else {
      packAcross(g_, context.i32(o_.across.bounds), context.f32(o_.across.weights), context.i32(o_.packed));
    }
    const int threads = worthwhileThreads(context, operations());
    const int64_t chunks = chunksFor(threads);
    parallelFor(chunks, threads, context.cancelled, [&](int64_t chunk, int participant) {
      resizeRows(context, chunk * g_.output_height / chunks, (chunk + 1) * g_.output_height / chunks,
                 context.threadScratch(participant));
    });
  }

  size_t threadScratchBytes() const override {
    return static_cast<size_t>(pointersAt() + wholeLines(tapsRoom() * 16));
  }

 private:
  // What scratch is made of: the ring, a row for what nobody wants, copies of rows, the weights of a row of
  // the result and pointers to its rows.
  int64_t spareAt() const { return ring_rows_ * ring_row_; }
  int64_t copiesAt() const { return spareAt() + ring_row_; }
  int64_t pointersAt() const { return copiesAt() + kResizeRows * copied_row_; }
  int64_t tapsRoom() const { return g_.taps_down + 1; }

  // Some eight products take the time of one operation.
  int64_t operations() const {
    const double across = double(g_.input.height) * g_.taps_across,
                 down = double(g_.output_height) * g_.taps_down;
    return static_cast<int64_t>(std::min((across + down) * static_cast<double>(values_) / 8, 1e12));
  }

  // Rows at the edge of a chunk are resampled twice: few chunks keep that small.
  int64_t chunksFor(int threads) const {
    const int64_t each = g_.input.height / (int64_t{24} * g_.taps_down * threads);
    return std::min<int64_t>(g_.output_height, threads * std::clamp<int64_t>(each, 1, 4));
  }

  TapSpan downSpan(const RunContext& context, int64_t row) const {
    return tapSpan(context.i32(o_.down.bounds), row, g_.taps_down, g_.input.height);
  }

  void resizeRows(const RunContext& context, int64_t first, int64_t end, char* scratch) const {
    int64_t limit = 0;
    for (int64_t row = first; row < end; ++row) {
      const TapSpan span = downSpan(context, row);
      limit = std::max(limit, span.first + span.count);
    }
    // Rows of the input that the ring holds: some of those from `held` on, up to `next`.
    int64_t held = 0, next = 0;
    for (int64_t row = first; row < end; ++row) {
      const TapSpan span = downSpan(context, row);
      // Tables that go forwards never leave what the ring holds.
      if (span.first < std::max(held, next - ring_rows_) || span.first > next) held = next = span.first;
      while (next < span.first + span.count) {
        const int64_t rows = std::min<int64_t>({kResizeRows, limit - next, span.first + ring_rows_ - next});
        across(context, next, static_cast<int>(rows), scratch);
        next += rows;
      }
      down(context, row, span, scratch);
    }
  }

  char* ringRow(char* scratch, int64_t row) const { return scratch + row % ring_rows_ * ring_row_; }

  // kResizeRows rows of the input, whatever the last ones hold.
  struct Rows {
    const char* x;
    int64_t stride;  // in bytes
  };

  // Where the image lies, or copies where the kernels would read beyond it.
  Rows readableRows(const RunContext& context, int64_t first, int count, char* scratch) const {
    const int64_t stride = int64_t{g_.input.row_stride} * value_bytes_;
    const int64_t from = g_.input.offset * value_bytes_ + first * stride;
    const char* x = reinterpret_cast<const char*>(context.f32(o_.x)) + from;
    const int64_t last = from + (kResizeRows - 1) * stride + input_row_ + kResizeOverRead;
    if (count == kResizeRows && last <= o_.x_size * value_bytes_) return {x, stride};
    char* copies = scratch + copiesAt();
    for (int r = 0; r < count; ++r) std::memcpy(copies + r * copied_row_, x + r * stride, input_row_);
    return {copies, copied_row_};
  }

  void across(const RunContext& context, int64_t first, int rows, char* scratch) const {
    const Rows from = readableRows(context, first, rows, scratch);
    void* y[kResizeRows];
    for (int r = 0; r < kResizeRows; ++r) y[r] = r < rows ? ringRow(scratch, first + r) : scratch + spareAt();
    if (between_ == Between::kFloats) return acrossFloats(context, from, y);
    const AcrossPacking packing(g_);
    AcrossBytesArgs args;
    args.x = reinterpret_cast<const uint8_t*>(from.x);
    args.x_stride = from.stride;
    args.spans = context.i32(o_.packed);
    args.weights = reinterpret_cast<const int16_t*>(args.spans + 2 * packing.outputs);
    args.weights_stride = packing.weights_stride;
    args.outputs = packing.outputs;
    std::copy_n(y, kResizeRows, args.y);
    kernels_.across_bytes[packing.wide][g_.input.channels - 1](args);
  }

  void acrossFloats(const RunContext& context, const Rows& from, void* const* y) const {
    AcrossFloatsArgs args;
    args.x = from.x;
    args.x_stride = from.stride / value_bytes_;
    args.spans = context.i32(o_.packed);
    args.weights = context.f32(o_.across.weights);
    args.taps = g_.taps_across;
    args.outputs = g_.output_width;
    args.channels = g_.input.channels;
    for (int r = 0; r < kResizeRows; ++r) args.y[r] = static_cast<float*>(y[r]);
    kernels_.across_floats[static_cast<int>(o_.type)](args);
  }

  void down(const RunContext& context, int64_t row, const TapSpan& span, char* scratch) const {
    const char** rows = reinterpret_cast<const char**>(scratch + pointersAt());
    for (int64_t t = 0; t < span.count; ++t) rows[t] = ringRow(scratch, span.first + t);
    const float* weights = context.f32(o_.down.weights) + row * g_.taps_down;
    void* room = rows + tapsRoom();
    char* y = reinterpret_cast<char*>(context.f32(o_.y)) + row * values_ * value_bytes_;
    if (between_ == Between::kFloats) {
      const auto kernel = kernels_.down_floats[static_cast<int>(o_.type)];
      return kernel({reinterpret_cast<const float* const*>(rows), weights, span.count, y, values_});
    }
    if (between_ == Between::kBytes) return downBytes(rows, weights, span.count, room, y);
    int32_t* whole = static_cast<int32_t*>(room);
    for (int64_t t = 0; t < span.count; ++t) whole[t] = wholeWeight(weights[t], kMostShortWeight);
    int64_t taps = span.count;
    // Two products of one row are not their sum once they are rounded.
    if (g_.arithmetic == ResizeArithmetic::kLinear && taps == 1) {
      rows[taps] = rows[0];
      whole[taps++] = kShortOne - whole[0];
    }
    const float scale = 1.0f / (static_cast<float>(g_.taps_across) * static_cast<float>(g_.taps_down));
    kernels_.down_sums({reinterpret_cast<const int32_t* const*>(rows), whole, taps, g_.arithmetic, scale,
                        reinterpret_cast<uint8_t*>(y), values_});
  }

  void downBytes(const char** rows, const float* weights, int64_t count, void* room, char* y) const {
    int16_t* split = static_cast<int16_t*>(room);
    const int64_t pairs = (count + 1) / 2;
    if (count % 2 == 1) rows[count] = rows[count - 1];
    for (int64_t t = 0; t < 2 * pairs; ++t) {
      const SplitWeight weight = splitWeight(t < count ? weights[t] : 0.0f);
      split[t / 2 * 4 + t % 2] = weight.low;
      split[t / 2 * 4 + 2 + t % 2] = weight.high;
    }
    kernels_.down_bytes({reinterpret_cast<const uint8_t* const*>(rows), split, pairs,
                         reinterpret_cast<uint8_t*>(y), values_});
  }

  const ImageResizeGeometry g_;
  const ImageResizeOperands o_;
  const ImageResizeKernels& kernels_;
  const Between between_;
  const int64_t values_, value_bytes_, input_row_, ring_row_, ring_rows_, copied_row_;
};

}  // namespace

int64_t packedAcrossWords(const ImageResizeGeometry& geometry) {
  return geometry.arithmetic == ResizeArithmetic::kFloat ? int64_t{2} * geometry.output_width
                                                         : AcrossPacking(geometry).words();
}

std::unique_ptr<Op> makeImageResizeOp(const ImageResizeGeometry& geometry,
                                      const ImageResizeOperands& operands, Isa isa) {
  return std::make_unique<ImageResizeOp>(geometry, operands, isa);
}

}  // namespace convkit
