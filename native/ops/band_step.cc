#include "ops/band_step.h"

#include <algorithm>

#include "ops/reorder.h"
#include "ops/streaming.h"

namespace convkit {
namespace {

enum Id : int32_t { kX, kXBlocks, kResidual, kResidualBlocks, kWeights, kBias, kSlope, kYBlocks, kY, kIds };

// The rows of a band among those of its planes: the plane's other rows are the halo below.
Value planes(Id id, int32_t channels, const Extent3& plane, int32_t rows) {
  Layout layout = plainLayout({1, channels, {1, rows, plane.w}});
  layout.halo.bottom = plane.h - rows;
  return {id, layout};
}

size_t wholeLines(const Layout& layout) {
  constexpr int64_t kLineFloats = 16;
  return static_cast<size_t>((layout.size() + kLineFloats - 1) / kLineFloats * kLineFloats);
}

Window windowOf(const Window& whole, const BandRows& rows) {
  Window window = whole;
  window.input.h = rows.input;
  window.output.h = rows.output;
  window.pad_top = rows.above;
  window.pad_bottom = rows.below;
  return window;
}

Value presentIf(bool present, Id id) { return present ? Value{id, {}} : Value{}; }

}  // namespace

BandRows bandRowsAt(const Window& window, int32_t first, int32_t output) {
  const int32_t met = (output - 1) * window.stride.h + (window.kernel.h - 1) * window.dilation.h + 1;
  const int32_t begin = first * window.stride.h - window.pad_top;
  const int32_t inside = std::clamp(begin, 0, window.input.h);
  const int32_t end = std::clamp(begin + met, 0, window.input.h);
  const int32_t above = std::clamp(-begin, 0, met);
  return {output, inside, end - inside, above, met - above - (end - inside)};
}

BandStep::BandStep(const TapConvSpec& whole, const Window& window, int32_t x_block, const BandRows& rows)
    : rows_(rows) {
  TapConvSpec spec = whole;
  spec.batch = 1;
  spec.groups = 1;
  const Window band = windowOf(window, rows);
  spec.phases = convolutionPhases(band);
  const Dims x_dims{1, spec.in_channels, band.input}, y_dims{1, spec.out_channels, band.output};
  spec.x = {kXBlocks, blockedLayout(x_dims, x_block, requiredHalo(spec.phases, band.input))};
  spec.y = {kYBlocks, blockedLayout(y_dims, productKernels(spec.isa).lanes)};
  if (whole.residual.present()) spec.residual = {kResidualBlocks, spec.y.layout};
  spec.weights = presentIf(true, kWeights);
  spec.bias = presentIf(whole.bias.present(), kBias);
  spec.slope = presentIf(whole.slope.present(), kSlope);
  x_floats_ = wholeLines(spec.x.layout);
  y_floats_ = wholeLines(spec.y.layout);
  const Value x = planes(kX, spec.in_channels, window.input, rows.input);
  const Value y = planes(kY, spec.out_channels, window.output, rows.output);
  if (!spec.x.layout.halo.empty()) zero_halo_ = makeZeroHaloOp(spec.x);
  if (rows.input > 0) bring_x_ = makeReorderOp(x, spec.x, spec.isa);
  if (whole.residual.present()) {
    bring_residual_ = makeReorderOp({kResidual, y.layout}, spec.residual, spec.isa);
  }
  const bool streams = streamsPastCaches(whole.y.layout, productKernels(spec.isa).lanes);
  take_y_ = (streams ? makeStreamedReorderOp : makeReorderOp)(spec.y, y, spec.isa);
  products_ = makeTapConvOp(std::move(spec));
}

void BandStep::run(const BandOperands& operands, char* scratch, const std::atomic<bool>* cancelled) const {
  float* x = reinterpret_cast<float*>(scratch);
  float *y = x + x_floats_, *residual = y + y_floats_;
  void* values[kIds];
  values[kX] = operands.x;
  values[kXBlocks] = x;
  values[kResidual] = operands.residual;
  values[kResidualBlocks] = residual;
  values[kWeights] = operands.weights;
  values[kBias] = operands.bias;
  values[kSlope] = operands.slope;
  values[kYBlocks] = y;
  values[kY] = operands.y;
  const RunContext context{values, 1, nullptr, 0, cancelled};
  if (zero_halo_) zero_halo_->run(context);
  if (bring_x_) bring_x_->run(context);
  if (bring_residual_) bring_residual_->run(context);
  products_->run(context);
  take_y_->run(context);
}

}  // namespace convkit
