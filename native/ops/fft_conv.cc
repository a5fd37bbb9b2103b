#include "ops/fft_conv.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "ops/rows.h"

namespace convkit {
namespace {

constexpr int64_t kEverything = std::numeric_limits<int64_t>::max() / 2;

// What a tile's transform is worth, in the operations by which threads are woken.
constexpr double kTransform = 20;
constexpr int64_t kTogether = 16;

// Some tiles of some images, for one group.
struct Block {
  int32_t image, images, row, rows, column, columns;
  int64_t group;
  int64_t tiles() const { return int64_t{images} * rows * columns; }
};

// Where a block's spectra are, and what else the phases need.
struct Spectra {
  float *x, *y;
};

class FftConvOp final : public Op {
 public:
  explicit FftConvOp(const FftConvSpec& spec)
      : spec_(spec),
        geometry_(fftGeometry(spec.geometry)),
        tiling_(spec.tiling),
        kernels_(fftKernels(spec.isa)),
        blocks_(fftBlocks(spec.geometry, spec.tiling, spec.isa)),
        vectors_(tiling_.spectrum() / 2 / kernels_.lanes),
        weight_stride_(fftWeightStride(geometry_, tiling_, kernels_.lanes)) {
    for (int32_t i = 0; i < tiling_.h.pieces; ++i)
      for (int32_t j = 0; j < tiling_.w.pieces; ++j) pieces_.push_back(i * blockColumns() + j);
  }

  size_t threadScratchBytes() const override {
    const int64_t own = blocks_.shared ? 0 : blocks_.x_floats + blocks_.y_floats;
    return static_cast<size_t>(fftScratchFloats(tiling_.tile()) + own + tableFloats()) * sizeof(float);
  }

  size_t residentBytes() const override { return pieces_.size() * sizeof(int32_t); }

  void run(const RunContext& context) const override {
    const int64_t rows = parts(tiling_.h.tiles(), blocks_.rows),
                  columns = parts(tiling_.w.tiles(), blocks_.columns);
    const int64_t count = parts(geometry_.batch, blocks_.images) * rows * columns * geometry_.groups;
    const auto blockAt = [&](int64_t index) {
      const int64_t column = takeAxis(index, columns), row = takeAxis(index, rows);
      const int64_t group = takeAxis(index, geometry_.groups);
      return blockOf(index, row, column, group);
    };
    if (blocks_.shared) {
      for (int64_t i = 0; i < count && !stopped(context); ++i) runShared(context, blockAt(i));
      return;
    }
    // Neighbouring blocks of a plane write to the same cache lines: with planes enough for all, a thread
    // takes all blocks of one (384 channels of 11×11 on 56², two threads: 1.4 ms instead of 2.1).
    const int64_t planes = count / (rows * columns);
    const int64_t together = planes >= 4 * context.threads ? rows * columns : 1;
    forEachRow(context, count / together, operationsAlone() * static_cast<double>(together),
               [&](int64_t chunk, int participant) {
                 for (int64_t i = chunk * together; i < (chunk + 1) * together; ++i)
                   runAlone(context, blockAt(i), participant);
               });
  }

 private:
  static int64_t parts(int64_t count, int64_t size) { return (count + size - 1) / size; }
  static bool stopped(const RunContext& context) { return context.isCancelled(); }

  // Tiles of input that a row of a whole block spans: the same for every block, so that the pieces are as far
  // from one another in all of them.
  int32_t blockColumns() const { return blocks_.inputColumns(tiling_); }
  int32_t blockRows() const { return blocks_.inputRows(tiling_); }

  int64_t tableFloats() const { return (blocks_.tiles() + 15) / 16 * 16; }

  double transformOperations() const { return static_cast<double>(tiling_.spectrum()) * kTransform; }

  double productOperations(int64_t tiles) const {
    return 2.0 * static_cast<double>(tiles * geometry_.inPerGroup() * tiling_.pieces());
  }

  double operationsAlone() const {
    const int64_t tiles = int64_t{blocks_.rows} * blocks_.columns;
    const double transforms = transformOperations() *
                              static_cast<double>(tiles * (geometry_.inPerGroup() + geometry_.outPerGroup()));
    return transforms +
           productOperations(tiles) * static_cast<double>(geometry_.outPerGroup() * tiling_.spectrum());
  }

  Block blockOf(int64_t part, int64_t row, int64_t column, int64_t group) const {
    const auto range = [](int64_t part_index, int32_t size, int32_t all, int32_t* first, int32_t* count) {
      *first = static_cast<int32_t>(part_index * size);
      *count = std::min(size, all - *first);
    };
    Block block{};
    range(part, blocks_.images, geometry_.batch, &block.image, &block.images);
    range(row, blocks_.rows, tiling_.h.tiles(), &block.row, &block.rows);
    range(column, blocks_.columns, tiling_.w.tiles(), &block.column, &block.columns);
    block.group = group;
    return block;
  }

  float* scratchOf(const RunContext& context, int participant) const {
    return reinterpret_cast<float*>(context.threadScratch(participant));
  }

  int32_t* tableOf(float* scratch) const {
    return reinterpret_cast<int32_t*>(scratch + fftScratchFloats(tiling_.tile()));
  }

  void runShared(const RunContext& context, const Block& block) const {
    const Spectra spectra{context.f32(spec_.x_spectra), context.f32(spec_.y_spectra)};
    const int64_t inputs = geometry_.inPerGroup(), outputs = geometry_.outPerGroup();
    const int64_t x_tiles =
        int64_t{block.images} * (block.rows + tiling_.h.pieces - 1) * (block.columns + tiling_.w.pieces - 1);
    forEachSpectrum(context, x_tiles, inputs, [&](int64_t tile, int64_t channel, int participant) {
      forward(context, block, tile, channel, spectra.x, scratchOf(context, participant));
    });
    // Frequencies first, then output channels where there are more threads than frequencies.
    const int64_t group = std::max<int64_t>(16, parts(outputs, parts(4 * context.threads, vectors_)));
    const int64_t step = parts(group, kernels_.max_outputs) * kernels_.max_outputs,
                  steps = parts(outputs, step);
    const double operations =
        productOperations(block.tiles()) * static_cast<double>(step * kernels_.lanes) * 2;
    forEachRow(context, vectors_ * steps, operations, [&](int64_t i, int participant) {
      const int64_t first = i % steps * step;
      multiply(context, block, spectra, {i / steps, 1, first, std::min(step, outputs - first)},
               tableOf(scratchOf(context, participant)));
    });
    forEachSpectrum(context, block.tiles(), outputs, [&](int64_t tile, int64_t channel, int participant) {
      inverse(context, block, tile, channel, spectra.y, scratchOf(context, participant));
    });
  }

  // Spectra of a tile's neighbouring channels lie side by side: a thread takes several.
  template <class Body>
  void forEachSpectrum(const RunContext& context, int64_t tiles, int64_t channels, Body&& body) const {
    const int64_t groups = parts(channels, kTogether);
    forEachRow(context, tiles * groups, transformOperations() * kTogether, [&](int64_t i, int participant) {
      const int64_t first = i % groups * kTogether, end = std::min(first + kTogether, channels);
      for (int64_t channel = first; channel < end; ++channel) body(i / groups, channel, participant);
    });
  }

  void runAlone(const RunContext& context, const Block& block, int participant) const {
    float* scratch = scratchOf(context, participant);
    float* x = scratch + fftScratchFloats(tiling_.tile()) + tableFloats();
    const Spectra spectra{x, x + blocks_.x_floats};
    const int64_t inputs = geometry_.inPerGroup(), outputs = geometry_.outPerGroup();
    const int64_t x_tiles =
        int64_t{block.rows + tiling_.h.pieces - 1} * (block.columns + tiling_.w.pieces - 1);
    for (int64_t i = 0; i < x_tiles * inputs; ++i)
      forward(context, block, i / inputs, i % inputs, spectra.x, scratch);
    multiply(context, block, spectra, {0, vectors_, 0, outputs}, tableOf(scratch));
    for (int64_t i = 0; i < block.tiles() * outputs; ++i)
      inverse(context, block, i / outputs, i % outputs, spectra.y, scratch);
  }

  // The patch of an input tile of a block.
  void forward(const RunContext& context, const Block& block, int64_t tile, int64_t channel, float* spectra,
               float* scratch) const {
    const Window& w = geometry_.window;
    const int64_t columns = block.columns + tiling_.w.pieces - 1, rows = block.rows + tiling_.h.pieces - 1;
    const int64_t j = takeAxis(tile, columns), i = takeAxis(tile, rows);
    const int64_t plane =
        (block.image + tile) * geometry_.in_channels + block.group * geometry_.inPerGroup() + channel;
    FftForwardArgs args{};
    args.tile = tiling_.tile();
    args.vector_stride = blocks_.x_stride;
    args.scratch = scratch;
    args.out =
        spectra + (((tile * blockRows() + i) * blockColumns() + j) * geometry_.inPerGroup() + channel) * 2 *
                      kernels_.lanes;
    const int64_t row = (block.row + i) * tiling_.h.step, column = (block.column + j) * tiling_.w.step;
    if (tiling_.wrapped) {
      args.row_stride = tiling_.w.step;
      const int64_t at = row * args.row_stride - w.pad_left;
      args.x = context.f32(spec_.x) + plane * w.input.w + at;
      args.row_end = args.tile.height;
      args.column_end = args.tile.width;
      args.begin = -at;
      args.end = w.input.w - at;
    } else {
      const int64_t top = row - w.pad_top, left = column - w.pad_left;
      args.row_stride = w.input.w;
      args.x = context.f32(spec_.x) + plane * w.input.volume() + top * w.input.w + left;
      const auto inside = [](int64_t first, int32_t size, int32_t all, int32_t* begin, int32_t* end) {
        *begin = static_cast<int32_t>(std::clamp<int64_t>(-first, 0, size));
        *end = static_cast<int32_t>(std::clamp<int64_t>(all - first, 0, size));
      };
      inside(top, args.tile.height, w.input.h, &args.row_begin, &args.row_end);
      inside(left, args.tile.width, w.input.w, &args.column_begin, &args.column_end);
      args.begin = -kEverything;
      args.end = kEverything;
    }
    kernels_.forward(args);
  }

  struct Part {
    int64_t vector, vectors, output, outputs;
  };

  void multiply(const RunContext& context, const Block& block, const Spectra& spectra, const Part& part,
                int32_t* table) const {
    int32_t* next = table;
    for (int32_t image = 0; image < block.images; ++image)
      for (int32_t i = 0; i < block.rows; ++i)
        for (int32_t j = 0; j < block.columns; ++j) *next++ = (image * blockRows() + i) * blockColumns() + j;
    FftProductArgs args{};
    args.x = spectra.x;
    args.x_vector_stride = blocks_.x_stride;
    args.w = context.f32(spec_.weights) + block.group * vectors_ * weight_stride_;
    args.w_vector_stride = weight_stride_;
    args.y = spectra.y;
    args.y_vector_stride = blocks_.y_stride;
    args.first_vector = static_cast<int32_t>(part.vector);
    args.vectors = static_cast<int32_t>(part.vectors);
    args.x_tiles = table;
    args.tiles = static_cast<int32_t>(block.tiles());
    args.pieces = pieces_.data();
    args.piece_count = static_cast<int32_t>(pieces_.size());
    args.in_channels = geometry_.inPerGroup();
    args.out_channels = geometry_.outPerGroup();
    args.first_output = static_cast<int32_t>(part.output);
    args.outputs = static_cast<int32_t>(part.outputs);
    kernels_.product(args);
  }

  void inverse(const RunContext& context, const Block& block, int64_t tile, int64_t channel,
               const float* spectra, float* scratch) const {
    const Window& w = geometry_.window;
    FftInverseArgs args{};
    args.in = spectra + (tile * geometry_.outPerGroup() + channel) * 2 * kernels_.lanes;
    const int64_t j = takeAxis(tile, block.columns), i = takeAxis(tile, block.rows);
    const int64_t oc = block.group * geometry_.outPerGroup() + channel;
    const int64_t row = (block.row + i) * tiling_.h.step, column = (block.column + j) * tiling_.w.step;
    args.tile = tiling_.tile();
    args.vector_stride = blocks_.y_stride;
    args.row_stride = tiling_.wrapped ? tiling_.w.step : w.output.w;
    const int64_t at = row * args.row_stride + column;
    const int64_t place = ((block.image + tile) * geometry_.out_channels + oc) * w.output.volume() + at;
    args.y = context.f32(spec_.y) + place;
    args.residual = spec_.residual.present() ? context.f32(spec_.residual) + place : nullptr;
    args.rows = static_cast<int32_t>(std::min<int64_t>(tiling_.h.step, tiling_.h.outputs - row));
    args.columns = static_cast<int32_t>(std::min<int64_t>(tiling_.w.step, tiling_.w.outputs - column));
    args.end = w.output.volume() - at;
    args.scale = 2.0f / static_cast<float>(tiling_.spectrum());
    const Activation& activation = spec_.activation;
    Epilogue epilogue{activation.kind, activation.alpha, activation.beta, nullptr, nullptr, true};
    if (spec_.bias.present()) epilogue.bias = context.f32(spec_.bias) + oc;
    if (spec_.slope.present())
      epilogue.slope = context.f32(spec_.slope) + (spec_.slope.layout.dims.c == 1 ? 0 : oc);
    args.epilogue = &epilogue;
    args.scratch = scratch;
    kernels_.inverse(args);
  }

  const FftConvSpec spec_;
  const ConvGeometry geometry_;
  const FftTiling tiling_;
  const FftKernels& kernels_;
  const FftBlocks blocks_;
  const int64_t vectors_, weight_stride_;
  std::vector<int32_t> pieces_;
};

}  // namespace

std::unique_ptr<Op> makeFftConvOp(const FftConvSpec& spec) { return std::make_unique<FftConvOp>(spec); }

}  // namespace convkit
