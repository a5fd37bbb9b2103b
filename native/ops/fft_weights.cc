#include <algorithm>

#include "ops/fft_blocks.h"
#include "ops/fft_conv.h"

namespace convkit {

Packing fftWeightPacking(const ConvGeometry& original, const FftTiling& tiling, Isa isa) {
  const FftKernels& kernels = fftKernels(isa);
  const ConvGeometry g = fftGeometry(original);
  const int64_t lanes = kernels.lanes, most = kernels.max_outputs;
  const int64_t per_group = g.outPerGroup(), blocks = (per_group + most - 1) / most;
  const int64_t inputs = g.inPerGroup(), pieces = tiling.pieces();
  const int64_t stride = fftWeightStride(g, tiling, lanes);
  Packing packing;
  packing.size = g.groups * tiling.spectrum() / 2 / lanes * stride;
  packing.pieces = g.groups * blocks;
  packing.pack = [=, &kernels](const float* source, float* packed, int64_t piece_of_work) {
    alignas(64) float scratch[2 * kMaxFftSize * kMaxFftSize];
    const Extent3& kernel = g.window.kernel;
    const int64_t group = piece_of_work / blocks, first = piece_of_work % blocks * most;
    const int64_t outputs = std::min(most, per_group - first), channel = group * per_group + first;
    FftForwardArgs args{};
    args.tile = tiling.tile();
    args.vector_stride = stride;
    args.scratch = scratch;
    args.row_stride = tiling.wrapped ? tiling.w.step : kernel.w;
    for (int64_t i = 0; i < outputs * pieces * inputs; ++i) {
      const int64_t o = i % outputs, ic = i / outputs % inputs, piece = i / outputs / inputs;
      const int64_t row = piece / tiling.w.pieces * tiling.h.piece,
                    column = piece % tiling.w.pieces * tiling.w.piece;
      const int64_t at = row * args.row_stride + column;
      const int64_t rows = tiling.wrapped ? (kernel.w + args.row_stride - 1) / args.row_stride : kernel.h;
      args.x = source + ((channel + o) * inputs + ic) * kernel.volume() + at;
      args.row_end = static_cast<int32_t>(std::min<int64_t>(tiling.h.piece, rows - row));
      args.column_end = static_cast<int32_t>(std::min<int64_t>(tiling.w.piece, kernel.w - column));
      args.end = kernel.volume() - at;
      args.out =
          packed + group * tiling.spectrum() / 2 / lanes * stride + (first * inputs * pieces + i) * 2 * lanes;
      kernels.forward(args);
    }
  };
  return packing;
}

}  // namespace convkit
