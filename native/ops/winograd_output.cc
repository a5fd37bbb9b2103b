#include "ops/winograd_output.h"

#include <algorithm>

#include "ops/streaming.h"

namespace convkit {

WinogradOutput::WinogradOutput(const WinogradConvSpec& spec, const std::vector<WinogradTile>& tiles)
    : spec_(spec),
      tiles_(tiles),
      transforms_(spec.tile == 4 ? winogradKernels(spec.isa).f4 : winogradKernels(spec.isa).f2),
      layouts_(layoutKernels(spec.isa)),
      lanes_(productKernels(spec.isa).lanes),
      plain_(spec.y.layout.block == 1),
      streams_(plain_ && streamsPastCaches(spec.y.layout, lanes_) &&
               keepsAlignment(spec.y.layout.rowStride())) {}

void WinogradOutput::write(const RunContext& context, int64_t image, int32_t channel, int64_t begin,
                           int64_t end, const Products& products, float* scratch) const {
  auto planesOf = [&](const Value& value) {
    const Layout& layout = value.layout;
    return context.f32(value) + image * layout.imageStride() + channel / layout.block * layout.blockStride();
  };
  const Activation& activation = spec_.activation;
  Epilogue epilogue{activation.kind, activation.alpha, activation.beta, nullptr, nullptr, false};
  if (spec_.bias.present()) epilogue.bias = context.f32(spec_.bias) + channel;
  if (spec_.slope.present()) epilogue.slope = context.f32(spec_.slope) + channel;
  WinogradOutputArgs args{};
  args.element_stride = products.element_stride;
  args.epilogue = &epilogue;
  const Planes planes{planesOf(spec_.y), spec_.residual.present() ? planesOf(spec_.residual) : nullptr,
                      std::min(lanes_, spec_.y.layout.dims.c - channel)};
  if (plain_) {
    writePlain(planes, begin, end, products, args, scratch);
  } else {
    writeBlocked(planes, begin, end, products, args);
  }
}

void WinogradOutput::writeBlocked(const Planes& planes, int64_t begin, int64_t end, const Products& products,
                                  WinogradOutputArgs args) const {
  const Layout &y = spec_.y.layout, &residual = spec_.residual.layout;
  const Extent3& dilation = spec_.geometry.window.dilation;
  args.row_stride = y.rowStride() * dilation.h;
  args.pixel_stride = y.pixelStride() * dilation.w;
  args.residual_row_stride = residual.rowStride() * dilation.h;
  args.residual_pixel_stride = residual.pixelStride() * dilation.w;
  for (int64_t t = begin; t < end; ++t) {
    const WinogradTile& tile = tiles_[t];
    args.m = products.m + (t - begin) * products.tile_stride;
    args.y = planes.y + tile.y;
    args.residual = planes.residual ? planes.residual + tile.residual : nullptr;
    args.rows = tile.rows;
    args.columns = tile.columns;
    transforms_.output(args);
  }
}

// Tiles from `begin` on that lie side by side in one row; only the last of them may be narrower.
int64_t WinogradOutput::runEnd(int64_t begin, int64_t end) const {
  const int64_t most = std::min(end, begin + kRunPixels / spec_.tile);
  int64_t last = begin;
  auto continues = [&](int64_t t) {
    return tiles_[t].columns == spec_.tile && tiles_[t + 1].y == tiles_[t].y + spec_.tile;
  };
  while (last + 1 < most && continues(last)) ++last;
  return last + 1;
}

void WinogradOutput::writePlain(const Planes& planes, int64_t begin, int64_t end, const Products& products,
                                WinogradOutputArgs args, float* scratch) const {
  args.row_stride = args.residual_row_stride = kRunPixels * lanes_;
  args.pixel_stride = args.residual_pixel_stride = lanes_;
  for (int64_t first = begin; first < end;) {
    const int64_t last = runEnd(first, end);
    Products run = products;
    run.m += (first - begin) * products.tile_stride;
    writeRun(planes, first, last, run, args, scratch);
    first = last;
  }
}

void WinogradOutput::writeRun(const Planes& planes, int64_t begin, int64_t end, const Products& products,
                              WinogradOutputArgs args, float* scratch) const {
  const WinogradTile& first = tiles_[begin];
  const int64_t pixels = (end - 1 - begin) * spec_.tile + tiles_[end - 1].columns;
  const int64_t plane = spec_.y.layout.blockStride(), row = spec_.y.layout.rowStride();
  float* residual = scratch + bufferFloats();
  if (planes.residual) {
    for (int32_t h = 0; h < first.rows; ++h) {
      layouts_.transpose({planes.residual + first.residual + h * row, plane, residual + h * args.row_stride,
                          lanes_, planes.channels, pixels, planes.channels, 0});
    }
  }
  args.rows = first.rows;
  for (int64_t t = begin; t < end; ++t) {
    const int64_t at = (t - begin) * spec_.tile * lanes_;
    args.m = products.m + (t - begin) * products.tile_stride;
    args.y = scratch + at;
    args.residual = planes.residual ? residual + at : nullptr;
    args.columns = tiles_[t].columns;
    transforms_.output(args);
  }
  for (int32_t h = 0; h < first.rows; ++h) {
    layouts_.transpose({scratch + h * args.row_stride, lanes_, planes.y + first.y + h * row, plane, pixels,
                        planes.channels, kRunPixels, 0, nullptr,
                        streams_ && isStreamAligned(planes.y + first.y)});
  }
}

}  // namespace convkit
