#include "ops/tap_panels.h"
#include "ops/winograd_conv.h"

namespace convkit {
namespace {

// G of F(2, 3) with points {0, 1, −1, ∞} and of F(4, 3) with points {0, √½, −√½, √2, −√2, ∞}: row i is
// [1, p, p²] / Π (p − other points).
constexpr double kA = 0.70710678118654752440, kB = 1.41421356237309504880;
constexpr double kG2[4][3] = {{1, 0, 0}, {0.5, 0.5, 0.5}, {0.5, -0.5, 0.5}, {0, 0, 1}};
constexpr double kG4[6][3] = {{1, 0, 0},
                              {-1 / 1.5, -kA / 1.5, -0.5 / 1.5},
                              {-1 / 1.5, kA / 1.5, -0.5 / 1.5},
                              {1 / 6.0, kB / 6, 2 / 6.0},
                              {1 / 6.0, -kB / 6, 2 / 6.0},
                              {0, 0, 1}};

// G g Gᵀ of one 3×3 kernel, elements `stride` floats apart.
void transformKernel(const double (*g)[3], int patch, const float* kernel, float* out, int64_t stride) {
  double half[6][3];
  for (int i = 0; i < patch; ++i) {
    for (int w = 0; w < 3; ++w) {
      half[i][w] = g[i][0] * kernel[w] + g[i][1] * kernel[3 + w] + g[i][2] * kernel[6 + w];
    }
  }
  for (int i = 0; i < patch; ++i) {
    for (int j = 0; j < patch; ++j) {
      const double value = half[i][0] * g[j][0] + half[i][1] * g[j][1] + half[i][2] * g[j][2];
      out[(i * patch + j) * stride] = static_cast<float>(value);
    }
  }
}

}  // namespace

Packing winogradWeightPacking(const ConvGeometry& geometry, int tile, Isa isa) {
  const ProductKernels& kernels = productKernels(isa);
  const PanelSplit panels(geometry.out_channels, kernels);
  const int64_t patch = tile + 2, elements = patch * patch, lanes = kernels.lanes;
  const int64_t in_channels = geometry.in_channels, out_channels = geometry.out_channels;

  Packing packing;
  packing.size = elements * in_channels * panels.vectors() * lanes;
  packing.pieces = panels.count();
  packing.pack = [=](const float* source, float* packed, int64_t piece) {
    const Panel panel = panels.at(static_cast<int32_t>(piece));
    const int64_t width = panel.vectors * lanes;
    packed += elements * in_channels * panel.first * lanes;
    const float zero[9] = {};
    for (int64_t column = 0; column < width; ++column) {
      const int64_t oc = panel.first * lanes + column;
      for (int64_t ic = 0; ic < in_channels; ++ic) {
        const float* kernel = oc < out_channels ? source + (oc * in_channels + ic) * 9 : zero;
        transformKernel(tile == 4 ? kG4 : kG2, static_cast<int>(patch), kernel, packed + ic * width + column,
                        in_channels * width);
      }
    }
  };
  return packing;
}

}  // namespace convkit
