#include "ops/tap_conv.h"

#include <algorithm>
#include <array>

#include "ops/pixel_cursor.h"
#include "ops/row_split.h"
#include "ops/tap_panels.h"
#include "ops/tap_segments.h"

namespace convkit {
namespace {

struct PreparedPhase {
  TapPhase phase;
  TapSegments segments;
  int64_t pixels;
  int64_t first_segment;  // where they are kept
};

// Segments that an op keeps, beyond which it writes each phase's again when it comes to it: 16 MiB. The
// border of a transposed convolution has as many phases as its kernel has pixels, with up to as many segments
// each.
constexpr int64_t kMostKept = 1 << 20;

// For each phase the number of chunks up to its end, where no chunk has more than `length` pixels. Transposed
// convolutions have many phases; the few of others need no memory in a run.
class ChunkEnds {
 public:
  ChunkEnds(const std::vector<PreparedPhase>& phases, int64_t length) : phases_(phases.size()) {
    if (phases_ > kFew) many_.resize(phases_);
    int64_t* end = phases_ > kFew ? many_.data() : few_.data();
    for (const PreparedPhase& phase : phases) *end++ = total_ += (phase.pixels + length - 1) / length;
  }

  int64_t total() const { return total_; }
  size_t phaseOf(int64_t chunk) const {
    return static_cast<size_t>(std::upper_bound(ends(), ends() + phases_, chunk) - ends());
  }
  int64_t before(size_t phase) const { return phase == 0 ? 0 : ends()[phase - 1]; }

 private:
  static constexpr size_t kFew = 16;
  const int64_t* ends() const { return phases_ > kFew ? many_.data() : few_.data(); }

  size_t phases_;
  int64_t total_ = 0;
  std::array<int64_t, kFew> few_;
  std::vector<int64_t> many_;
};

// Output channels of one chunk: `vectors` from `first` on, counted over the whole tensor.
struct Channels {
  int32_t group;
  Panel panel;
  int64_t first_vector;
};

constexpr int64_t kLineFloats = 16;
// Pixels of a chunk of very long sums.
constexpr int64_t kLostPixels = 256;

// What to fetch while tiles are computed, each of which runs over `groups` times four steps.
struct Ahead {
  const float* weights = nullptr;
  int64_t lines = 0, groups = 0;
  int32_t linesEach(int64_t tiles) const {
    const int64_t places = tiles * groups;
    return places == 0 ? 0 : static_cast<int32_t>((lines + places - 1) / places);
  }
};

class TapConvOp : public Op {
 public:
  explicit TapConvOp(TapConvSpec spec)
      : spec_(std::move(spec)), kernels_(productKernels(spec_.isa)), panels_(spec_.out_channels, kernels_) {
    int64_t segments = 0;
    for (const TapPhase& phase : spec_.phases) {
      phases_.push_back({phase, segmentsOf(phase), phase.count.volume(), segments});
      const PreparedPhase& prepared = phases_.back();
      segments += prepared.segments.count();
      most_segments_ = std::max(most_segments_, prepared.segments.count());
      pixels_ += prepared.pixels;
      operations_ += prepared.pixels * prepared.segments.steps();
      very_long_ = very_long_ || prepared.segments.steps() > kLongestPlainTotal;
    }
    spec_.phases.clear();
    keeps_segments_ = segments <= kMostKept || segments <= 8 * most_segments_;
    if (keeps_segments_) keepSegments(segments);
    operations_ *= int64_t{spec_.batch} * spec_.groups * panels_.vectors() * kernels_.lanes;
  }

  // Chunks are stretches of a phase's pixels for one panel of output channels of one image: all panels for a
  // part of the pixels, then for the next.
  void run(const RunContext& context) const override {
    const int64_t columns = int64_t{spec_.batch} * spec_.groups * panelCount();
    const int threads = worthwhileThreads(context, operations_);
    const int64_t parts = pixelParts(threads), length = chunkPixels(columns, parts, threads);
    const ChunkEnds ends(phases_, length);
    const int64_t chunks = ends.total();
    const int64_t part_chunks = (chunks + parts - 1) / parts;
    parallelFor(columns * chunks, threads, context.cancelled, [&](int64_t index, int participant) {
      const int64_t first = index / (part_chunks * columns) * part_chunks;
      const int64_t here = std::min(part_chunks, chunks - first), rest = index - first * columns;
      const int64_t column = rest / here;
      const size_t at = ends.phaseOf(first + rest % here);
      const int64_t chunk = first + rest % here - ends.before(at);
      const PreparedPhase& phase = phases_[at];
      const Range pixels{chunk * length, std::min((chunk + 1) * length, phase.pixels)};
      char* const scratch = context.threadScratch(participant);
      float* const lost = very_long_ ? reinterpret_cast<float*>(scratch) : nullptr;
      runChunk(context, {phase, segmentsFor(phase, scratch + lostBytes())},
               {channelsAt(column), column / panelCount() / spec_.groups, lost}, pixels);
    });
  }

  size_t residentBytes() const override {
    return phases_.size() * sizeof(PreparedPhase) + segments_.size() * sizeof(ProductSegment);
  }

  size_t threadScratchBytes() const override {
    return lostBytes() + (keeps_segments_ ? 0 : static_cast<size_t>(most_segments_) * sizeof(ProductSegment));
  }

 private:
  bool lanesMode() const { return spec_.mode == TapMode::kLanes; }

  BroadcastReads broadcastReads() const {
    return {spec_.x.layout, spec_.in_channels, spec_.kernel, kernels_.partial_terms};
  }
  LaneReads laneReads() const { return {spec_.x.layout, spec_.in_channels, spec_.kernel}; }

  TapSegments segmentsOf(const TapPhase& phase) const {
    return lanesMode() ? laneReads().segmentsOf(phase) : broadcastReads().segmentsOf(phase);
  }

  void writeSegments(const TapPhase& phase, ProductSegment* segments) const {
    lanesMode() ? laneReads().write(phase, segments) : broadcastReads().write(phase, segments);
  }

  void keepSegments(int64_t count) {
    segments_.resize(static_cast<size_t>(count));
    for (const PreparedPhase& phase : phases_) {
      writeSegments(phase.phase, segments_.data() + phase.first_segment);
    }
  }

  // For what the totals of a chunk's very long sums lose: whole cache lines.
  size_t lostBytes() const {
    return very_long_ ? 2 * kLostPixels * kMaxTileVectors * kernels_.lanes * sizeof(float) : 0;
  }

  const ProductSegment* segmentsFor(const PreparedPhase& phase, char* scratch) const {
    if (keeps_segments_) return segments_.data() + phase.first_segment;
    ProductSegment* segments = reinterpret_cast<ProductSegment*>(scratch);
    writeSegments(phase.phase, segments);
    return segments;
  }

  int32_t panelCount() const { return lanesMode() ? panels_.vectors() : panels_.count(); }
  Panel panelAt(int32_t index) const { return lanesMode() ? Panel{index, 1} : panels_.at(index); }
  int maxRows(const Panel& panel) const {
    return lanesMode() ? kernels_.max_lane_rows : kernels_.max_rows[panel.vectors - 1];
  }

  struct Range {
    int64_t begin, end;
  };

  // Channels of an image, and room for what the totals of very long sums lose.
  struct Column {
    Channels channels;
    int64_t image;
    float* lost;
  };

  Channels channelsAt(int64_t column) const {
    const Panel panel = panelAt(static_cast<int32_t>(column % panelCount()));
    const int32_t group = static_cast<int32_t>(column / panelCount() % spec_.groups);
    return {group, panel, int64_t{group} * panels_.vectors() + panel.first};
  }

  // Each thread has its own pixels, or its own output channels where the weights are much larger than the
  // input: what is not its own is read by all, the input often out of another core's cache.
  int64_t pixelParts(int threads) const {
    const int64_t weights =
        spec_.kernel * spec_.in_channels * spec_.groups * panels_.vectors() * kernels_.lanes;
    return !lanesMode() && spec_.batch < threads && 2 * spec_.x.layout.size() > weights ? threads : 1;
  }

  // At least four chunks a thread where there are enough pixels, and as many for each thread: three columns
  // of three chunks would be five for one of two threads. This decides who computes a pixel, never how.
  int64_t chunkPixels(int64_t columns, int64_t parts, int threads) const {
    constexpr int64_t kLeast = 12;
    if (very_long_) return kLostPixels;
    if (threads == 1) return pixels_;
    int64_t wanted = parts * ((4 * threads + columns * parts - 1) / (columns * parts));
    while (columns * wanted % threads != 0) wanted += parts;
    return std::max(kLeast, (pixels_ + wanted - 1) / wanted);
  }

  struct Work {
    const PreparedPhase& phase;
    const ProductSegment* segments;
  };

  void runChunk(const RunContext& context, const Work& work, const Column& column,
                const Range& pixels) const {
    const PreparedPhase& phase = work.phase;
    const Channels& channels = column.channels;
    ProductArgs args{};
    const Epilogue epilogue = epilogueFor(context, channels);
    bindOperands(context, channels, column.image, &args);
    args.cut = phase.segments.cut;
    const int64_t total = phase.segments.full;
    const int64_t step = segmentsInCache(phase, channels.panel, pixels);
    for (int64_t first = 0; first == 0 || first < total; first += step) {
      const bool last = first + step >= total;
      args.segments = work.segments + first;
      args.full_segments = std::min(step, total - first);
      args.run = phase.segments.run;
      args.tail_segments = last ? phase.segments.tail : 0;
      args.tail_run = phase.segments.tail_run;
      args.accumulate = first > 0;
      args.lost = column.lost;
      args.epilogue = last ? &epilogue : nullptr;
      runTiles(phase, channels.panel, pixels, args);
    }
  }

  // Weights that do not stay in the second-level cache until the next panel of channels comes round are
  // fetched while the panel (or the part of it) before them is in use.
  Ahead weightsAhead(const Panel& panel, const ProductArgs& args) const {
    const int64_t width = int64_t{panel.vectors} * kernels_.lanes;
    const int64_t steps = args.full_segments * args.run + args.tail_segments * args.tail_run;
    const int64_t all = spec_.kernel * spec_.in_channels * panels_.vectors() * kernels_.lanes;
    const bool small = all * int64_t{sizeof(float)} < static_cast<int64_t>(cacheSizes().l2 / 32);
    if (lanesMode() || small || steps == 0) return {};
    const float* end = args.b + (args.segments[0].b + steps) * width;
    return {end, steps * width / kLineFloats,
            args.full_segments * (args.run / 4) + args.tail_segments * (args.tail_run / 4)};
  }

  Epilogue epilogueFor(const RunContext& context, const Channels& channels) const {
    Epilogue epilogue{
        spec_.activation.kind, spec_.activation.alpha, spec_.activation.beta, nullptr, nullptr, false};
    const int64_t first = channels.first_vector * kernels_.lanes;
    if (spec_.bias.present()) epilogue.bias = context.f32(spec_.bias) + first;
    if (spec_.slope.present()) epilogue.slope = context.f32(spec_.slope) + first;
    return epilogue;
  }

  void bindOperands(const RunContext& context, const Channels& channels, int64_t image,
                    ProductArgs* args) const {
    const Layout& x = spec_.x.layout;
    const int64_t x_block = lanesMode() ? channels.first_vector * spec_.in_channels
                                        : int64_t{channels.group} * (spec_.in_channels / x.block);
    args->a = context.f32(spec_.x) + image * x.imageStride() + x.origin() +
              (x_block == 0 ? 0 : x_block * x.blockStride());
    args->b = context.f32(spec_.weights) +
              channels.first_vector * spec_.kernel * spec_.in_channels * kernels_.lanes;
    args->y = channelPointer(context.f32(spec_.y), spec_.y.layout, channels, image, &args->y_vector_stride);
    if (spec_.residual.present()) {
      args->residual = channelPointer(context.f32(spec_.residual), spec_.residual.layout, channels, image,
                                      &args->residual_vector_stride);
    }
    args->last_lanes = lastLanes(channels);
  }

  bool channelsLast(const Layout& y) const { return y.block != kernels_.lanes; }

  float* channelPointer(float* base, const Layout& y, const Channels& channels, int64_t image,
                        int64_t* vector_stride) const {
    *vector_stride = channelsLast(y) ? kernels_.lanes : y.blockStride();
    return base + image * y.imageStride() + y.origin() + channels.first_vector * *vector_stride;
  }

  // Blocked layouts have room for whole vectors, NHWC has not.
  int32_t lastLanes(const Channels& channels) const {
    if (!channelsLast(spec_.y.layout)) return kernels_.lanes;
    const int64_t last = (channels.first_vector + channels.panel.vectors - 1) * kernels_.lanes;
    return static_cast<int32_t>(std::min<int64_t>(kernels_.lanes, spec_.y.layout.dims.c - last));
  }

  // How many segments' weights to use for all pixels before going on, so that they stay in the first-level
  // cache and leave the way to the second to those fetched ahead; in the second-level cache where the sums of
  // all pixels would not stay there. Sums continue from the output and keep their order: what is cut into
  // partial sums is cut between them. With all of a panel at a time, 2,048 to 512 channels on 7² took 1.06 ms
  // instead of 0.86 in a network.
  int64_t segmentsInCache(const PreparedPhase& phase, const Panel& panel, const Range& pixels) const {
    const int64_t whole = std::max<int64_t>(phase.segments.cut, 1);
    const int64_t all = (std::max<int64_t>(phase.segments.full, 1) + whole - 1) / whole;
    if (lanesMode() || pixels.end - pixels.begin <= maxRows(panel)) return all * whole;
    const int64_t pixel_bytes = panel.vectors * kernels_.lanes * int64_t{sizeof(float)};
    const int64_t sums = (pixels.end - pixels.begin) * pixel_bytes;
    const bool few = sums <= static_cast<int64_t>(cacheSizes().l2 / 4);
    const int64_t budget = static_cast<int64_t>(few ? cacheSizes().l1 / 3 * 2 : cacheSizes().l2 / 3);
    const int64_t most = std::max<int64_t>(1, budget / (whole * phase.segments.run * pixel_bytes));
    const int64_t parts = (all + most - 1) / most;
    return (all + parts - 1) / parts * whole;
  }

  void runTiles(const PreparedPhase& phase, const Panel& panel, const Range& pixels,
                ProductArgs& args) const {
    const int64_t count = pixels.end - pixels.begin;
    const Ahead ahead = weightsAhead(panel, args);
    args.prefetch = ahead.weights;
    args.prefetch_end = ahead.weights + ahead.lines * kLineFloats;
    args.prefetch_lines = ahead.linesEach(RowSplit(count, maxRows(panel)).tiles());
    PixelCursor cursor(phase.phase, spec_.x.layout, spec_.y.layout,
                       spec_.residual.present() ? spec_.residual.layout : spec_.y.layout, pixels.begin);
    const int64_t fetched = ahead.groups * args.prefetch_lines * kLineFloats;
    if (lanesMode()) return runScattered(panel, count, cursor, fetched, args);
    args.a_step = cursor.x.pixel();
    args.y_step = cursor.y.pixel();
    args.residual_step = cursor.residual.pixel();
    while (cursor.pixel() < pixels.end) {
      const int64_t left = pixels.end - cursor.pixel(), line = std::min(cursor.inLine(), left);
      const EvenSplit tiles(line, kernels_.even_rows[panel.vectors - 1]);
      // Tiles of short lines would be low; those that do not care for lines are not.
      if (!tiles.possible()) return runScattered(panel, left, cursor, fetched, args);
      runEven(panel, tiles, cursor, fetched, args);
    }
  }

  void runEven(const Panel& panel, const EvenSplit& tiles, PixelCursor& cursor, int64_t fetched,
               ProductArgs& args) const {
    const int64_t rows = kernels_.even_rows[panel.vectors - 1];
    runEvenTiles(panel, 0, tiles.tall(), rows, cursor, args);
    if (args.lost) args.lost += 2 * tiles.tall() * rows * panel.vectors * kernels_.lanes;
    fetchOn(tiles.tall() * fetched, args);
    runEvenTiles(panel, 1, tiles.low(), rows - 1, cursor, args);
    if (args.lost) args.lost += 2 * tiles.low() * (rows - 1) * panel.vectors * kernels_.lanes;
    fetchOn(tiles.low() * fetched, args);
  }

  void runEvenTiles(const Panel& panel, int less, int64_t tiles, int64_t rows, PixelCursor& cursor,
                    const ProductArgs& args) const {
    if (tiles == 0) return;
    ProductArgs here = args;
    here.a += cursor.x.offset();
    here.y += cursor.y.offset();
    if (here.residual) here.residual += cursor.residual.offset();
    kernels_.even[panel.vectors - 1][less](here, tiles);
    cursor.advance(tiles * rows);
  }

  void runScattered(const Panel& panel, int64_t count, PixelCursor& cursor, int64_t fetched,
                    ProductArgs& args) const {
    int64_t rows[kMaxTileRows], y_rows[kMaxTileRows], residual_rows[kMaxTileRows];
    args.row_offsets = rows;
    args.y_offsets = y_rows;
    args.residual_offsets = residual_rows;
    const RowSplit tiles(count, maxRows(panel));
    for (int64_t i = 0; i < tiles.tiles(); ++i) {
      const int height = tiles.rows(i);
      for (int r = 0; r < height; ++r, cursor.next()) {
        rows[r] = cursor.x.offset();
        y_rows[r] = cursor.y.offset();
        residual_rows[r] = cursor.residual.offset();
      }
      tile(panel, height)(args);
      if (args.lost) args.lost += 2 * int64_t{height} * panel.vectors * kernels_.lanes;
      fetchOn(fetched, args);
    }
  }

  static void fetchOn(int64_t fetched, ProductArgs& args) {
    args.prefetch += fetched;
    if (args.prefetch >= args.prefetch_end) args.prefetch_lines = 0;
  }

  ProductTile tile(const Panel& panel, int rows) const {
    return lanesMode() ? kernels_.lane[rows - 1] : kernels_.broadcast[panel.vectors - 1][rows - 1];
  }

  TapConvSpec spec_;
  const ProductKernels& kernels_;
  PanelSplit panels_;
  std::vector<PreparedPhase> phases_;
  std::vector<ProductSegment> segments_;  // of all phases, where they are kept
  bool keeps_segments_ = true;
  bool very_long_ = false;  // some sum needs `lost`
  int64_t most_segments_ = 0, pixels_ = 0, operations_ = 0;
};

}  // namespace

std::unique_ptr<Op> makeTapConvOp(TapConvSpec spec) { return std::make_unique<TapConvOp>(std::move(spec)); }

}  // namespace convkit
