#include "ops/channel_ops.h"

#include <algorithm>
#include <cmath>

#include "kernels/eltwise/eltwise.h"
#include "ops/rows.h"

namespace convkit {
namespace {

// How the values are cut into runs that the kernel takes whole.
enum class Form {
  kBlockedRows,    // runs of one channel block
  kPlainRows,      // runs of one channel
  kPlainChannels,  // one run over all channels, each value with a parameter of its own
  kFlat            // no parameter differs between channels
};

constexpr int64_t kPieceValues = 8192;

// A run in each of the tensors, and its first channel.
struct Run {
  int64_t x, residual, y;
  int64_t channel;
};

// What both ops share: the runs, and the parameters' way into the kernel.
class ChannelOp : public Op {
 public:
  ChannelOp(const ChannelGeometry& geometry, bool has_parameters, const Value& x, const Value& residual,
            const Value& y, Isa isa)
      : geometry_(geometry), x_(x), residual_(residual), y_(y), isa_(isa) {
    const bool contiguous = x.layout.contiguousPlane() && y.layout.contiguousPlane() &&
                            (!residual.present() || residual.layout.contiguousPlane());
    const Extent3& space = x.layout.dims.space;
    blocked_ = x.layout.block > 1;
    form_ = blocked_ ? Form::kBlockedRows : Form::kPlainRows;
    rows_per_plane_ = blocked_ && !contiguous ? int64_t{space.d} * space.h : 1;
    run_ = blocked_ ? space.volume() / rows_per_plane_ : geometry.inner;
    planes_ = int64_t{geometry.outer} * (blocked_ ? x.layout.blocks() : geometry.channels);
    const bool one_run = x.layout.contiguous() && y.layout.contiguous() &&
                         (!residual.present() || residual.layout.contiguous());
    if (one_run && !has_parameters) {
      form_ = Form::kFlat;
      run_ = int64_t{geometry.channels} * geometry.inner * geometry.outer;
      if (blocked_) run_ = x.layout.size();
      planes_ = 1;
    } else if (!blocked_ && geometry.inner == 1) {
      form_ = Form::kPlainChannels;
      run_ = geometry.channels;
      planes_ = geometry.outer;
    }
  }

 protected:
  // Parameters that stand one a channel, padded with zeros to whole vectors.
  int64_t paddedChannels() const {
    const int64_t lanes = eltwiseKernels(isa_).lanes;
    return (geometry_.channels + lanes - 1) / lanes * lanes;
  }

  // `args` has the parameters from channel 0 on; `operations` is the cost of a value.
  void runAll(const RunContext& context, const EltwiseArgs& args, int64_t operations) const {
    const int64_t unit = form_ == Form::kBlockedRows ? x_.layout.block : 1;
    const int64_t all = planes_ * rows_per_plane_ * run_ * unit * operations;
    const int64_t piece = pieceLength(unit, worthwhileThreads(context, all));
    const int64_t pieces = (run_ + piece - 1) / piece;
    forEachRow(context, planes_ * rows_per_plane_ * pieces, std::min(run_, piece) * unit * operations,
               [&](int64_t index, int) {
                 const int64_t plane = form_ == Form::kBlockedRows ? takeAxis(index, planes_) : 0;
                 const int64_t begin = takeAxis(index, pieces) * piece;
                 runPiece(context, args, plane * rows_per_plane_ + index, begin,
                          std::min(piece, run_ - begin));
               });
  }

  const ChannelGeometry geometry_;
  const Value x_, residual_, y_;
  const Isa isa_;

 private:
  // Blocked planes are walked side by side, some pixels of all of them, then the next: as convolutions do
  // that give each thread pixels of its own, whose values are then in that thread's cache.
  int64_t pieceLength(int64_t unit, int threads) const {
    const int64_t most = kPieceValues / unit;
    if (form_ != Form::kBlockedRows || rows_per_plane_ > 1) return most;
    return std::max<int64_t>(1, std::min(most, (run_ + threads - 1) / threads));
  }

  void runPiece(const RunContext& context, EltwiseArgs args, int64_t row, int64_t begin,
                int64_t count) const {
    const EltwiseKernels& kernels = eltwiseKernels(isa_);
    const int64_t unit = form_ == Form::kBlockedRows ? x_.layout.block : 1;
    const Run run = runAt(row);
    args.x = context.f32(x_) + run.x + begin * unit;
    args.y = context.f32(y_) + run.y + begin * unit;
    args.residual = residual_.present() ? context.f32(residual_) + run.residual + begin * unit : nullptr;
    args.count = count;
    const int64_t channel = form_ == Form::kPlainChannels ? begin : run.channel;
    if (args.scale) args.scale += channel;
    if (args.shift) args.shift += channel;
    if (args.slope) args.slope += channel;
    switch (form_) {
      case Form::kBlockedRows:
        return kernels.for_lanes(args);
      case Form::kPlainChannels:
        return kernels.for_stream(args);
      case Form::kPlainRows:
      case Form::kFlat:
        return kernels.for_row(args);
    }
  }

  Run runAt(int64_t row) const {
    if (form_ == Form::kPlainRows) return {row * run_, row * run_, row * run_, row % geometry_.channels};
    if (form_ != Form::kBlockedRows) return {row * run_, row * run_, row * run_, 0};
    const int64_t place = takeAxis(row, rows_per_plane_);
    return {offset(x_.layout, row, place), offset(residual_.layout, row, place),
            offset(y_.layout, row, place), row % x_.layout.blocks() * x_.layout.block};
  }

  // Of the place-th row of a blocked plane.
  static int64_t offset(const Layout& layout, int64_t plane, int64_t place) {
    const int64_t height = std::max(layout.dims.space.h, 1);
    return layout.origin() + layout.planeStart(plane) + place / height * layout.sliceStride() +
           place % height * layout.rowStride();
  }

  bool blocked_;
  Form form_;
  int64_t planes_, rows_per_plane_, run_;
};

// Rough cost of a value, as against a multiply-add.
int64_t activationCost(ActivationKind kind) {
  switch (kind) {
    case ActivationKind::kSigmoid:
    case ActivationKind::kTanh:
    case ActivationKind::kSilu:
    case ActivationKind::kGelu:
    case ActivationKind::kElu:
      return 8;
    default:
      return 1;
  }
}

class ActivationOp final : public ChannelOp {
 public:
  ActivationOp(const ChannelGeometry& geometry, const Activation& activation, const Value& x,
               const Value& residual, const Value& slope, const Value& y, Isa isa)
      : ChannelOp(geometry, perChannel(activation, slope), x, residual, y, isa),
        activation_(activation),
        slope_(slope),
        per_channel_(perChannel(activation, slope)) {}

  void run(const RunContext& context) const override {
    EltwiseArgs args{};
    args.activation = activation_;
    if (per_channel_) {
      float* padded = reinterpret_cast<float*>(context.threadScratch(0));
      std::fill(std::copy_n(context.f32(slope_), geometry_.channels, padded), padded + paddedChannels(),
                0.0f);
      args.slope = padded;
    } else if (activation_.kind == ActivationKind::kPrelu) {
      args.activation = {ActivationKind::kLeakyRelu, context.f32(slope_)[0], 0};
    }
    runAll(context, args, activationCost(activation_.kind));
  }

  size_t threadScratchBytes() const override { return per_channel_ ? paddedChannels() * sizeof(float) : 0; }

 private:
  static bool perChannel(const Activation& activation, const Value& slope) {
    return activation.kind == ActivationKind::kPrelu && slope.layout.dims.c > 1;
  }

  const Activation activation_;
  const Value slope_;
  const bool per_channel_;
};

class BatchNormOp final : public ChannelOp {
 public:
  BatchNormOp(const ChannelGeometry& geometry, float eps, const Activation& activation, const Value& x,
              const Value& mean, const Value& variance, const Value& weight, const Value& bias,
              const Value& y, Isa isa)
      : ChannelOp(geometry, true, x, Value{}, y, isa),
        eps_(eps),
        activation_(activation),
        mean_(mean),
        variance_(variance),
        weight_(weight),
        bias_(bias) {}

  void run(const RunContext& context) const override {
    float* scale = reinterpret_cast<float*>(context.threadScratch(0));
    float* shift = scale + paddedChannels();
    const float* mean = context.f32(mean_);
    const float* variance = context.f32(variance_);
    for (int64_t c = 0; c < paddedChannels(); ++c) {
      const bool real = c < geometry_.channels;
      const double weight = weight_.present() && real ? context.f32(weight_)[c] : 1;
      const double bias = bias_.present() && real ? context.f32(bias_)[c] : 0;
      const double factor = real ? weight / std::sqrt(static_cast<double>(variance[c]) + eps_) : 0;
      scale[c] = static_cast<float>(factor);
      shift[c] = real ? static_cast<float>(bias - mean[c] * factor) : 0.0f;
    }
    EltwiseArgs args{};
    args.scale = scale;
    args.shift = shift;
    args.activation = activation_;
    runAll(context, args, activationCost(activation_.kind));
  }

  size_t threadScratchBytes() const override { return 2 * paddedChannels() * sizeof(float); }

 private:
  const float eps_;
  const Activation activation_;
  const Value mean_, variance_, weight_, bias_;
};

}  // namespace

std::unique_ptr<Op> makeActivationOp(const ChannelGeometry& geometry, const Activation& activation,
                                     const Value& x, const Value& residual, const Value& slope,
                                     const Value& y, Isa isa) {
  return std::make_unique<ActivationOp>(geometry, activation, x, residual, slope, y, isa);
}

std::unique_ptr<Op> makeBatchNormOp(const ChannelGeometry& geometry, float eps, const Activation& activation,
                                    const Value& x, const Value& mean, const Value& variance,
                                    const Value& weight, const Value& bias, const Value& y, Isa isa) {
  return std::make_unique<BatchNormOp>(geometry, eps, activation, x, mean, variance, weight, bias, y, isa);
}

}  // namespace convkit
