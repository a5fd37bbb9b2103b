#include "program/plan_plain_conv.h"

#include "ops/fft_conv.h"
#include "ops/gemm_conv.h"
#include "ops/narrow_conv.h"

namespace convkit {
namespace {

Value spectra(int64_t floats, ValueTable& table) {
  constexpr int32_t kRow = 256;
  const int32_t rows = static_cast<int32_t>((floats + kRow - 1) / kRow);
  return table.temporary(plainLayout({1, 1, {1, rows, kRow}}));
}

}  // namespace

void planGemmConv(const Step& step, Isa isa, ValueTable& table) {
  const ConvGeometry& g = step.conv;
  const ConvDims dims = dimsOf(g);
  GemmConvOperands operands;
  operands.x = table.plain(step.operands[0], dims.x);
  operands.weight = table.plain(step.operands[1], vectorDims(table.sizeOf(step.operands[1])));
  operands.bias = table.plainOrAbsent(step.operands[2], vectorDims(g.out_channels));
  operands.residual = table.plainOrAbsent(step.operands[3], dims.y);
  operands.slope = table.plainOrAbsent(step.operands[4], vectorDims(table.sizeOf(step.operands[4])));
  operands.y = table.newPlain(step.results[0], dims.y);
  table.emit(makeGemmConvOp(g, step.activation, operands, isa),
             {operands.x, operands.weight, operands.bias, operands.residual, operands.slope}, {operands.y});
}

void planNarrowConv(const Step& step, Isa isa, ValueTable& table) {
  const ConvGeometry& g = step.conv;
  const ConvDims dims = dimsOf(g);
  NarrowConvOperands operands;
  operands.x = table.plain(step.operands[0], dims.x);
  operands.weights = table.packed(step.operands[1], narrowWeightPacking(g));
  operands.bias = table.plainOrAbsent(step.operands[2], vectorDims(g.out_channels));
  operands.residual = table.plainOrAbsent(step.operands[3], dims.y);
  operands.slope = table.plainOrAbsent(step.operands[4], vectorDims(table.sizeOf(step.operands[4])));
  operands.y = table.newPlain(step.results[0], dims.y);
  table.emit(makeNarrowConvOp(g, step.activation, operands, isa),
             {operands.x, operands.weights, operands.bias, operands.residual, operands.slope}, {operands.y});
}

void planFftConv(const Step& step, Isa isa, ValueTable& table) {
  const ConvGeometry& g = step.conv;
  const ConvDims dims = dimsOf(g);
  const bool constant_weights = table.isConstant(step.operands[1]);
  FftConvSpec spec{};
  spec.isa = isa;
  spec.geometry = g;
  spec.tiling = fftEstimate(g, constant_weights, isa).tiling;
  spec.activation = step.activation;
  spec.x = table.plain(step.operands[0], dims.x);
  spec.weights = table.packed(step.operands[1], fftWeightPacking(g, spec.tiling, isa));
  spec.bias = table.plainOrAbsent(step.operands[2], vectorDims(g.out_channels));
  spec.residual = table.plainOrAbsent(step.operands[3], dims.y);
  spec.slope = table.plainOrAbsent(step.operands[4], vectorDims(table.sizeOf(step.operands[4])));
  spec.y = table.newPlain(step.results[0], dims.y);
  const FftBlocks blocks = fftBlocks(g, spec.tiling, isa);
  if (blocks.shared) {
    spec.x_spectra = spectra(blocks.x_floats, table);
    spec.y_spectra = spectra(blocks.y_floats, table);
  }
  table.emit(makeFftConvOp(spec), {spec.x, spec.weights, spec.bias, spec.residual, spec.slope},
             {spec.y, spec.x_spectra, spec.y_spectra});
}

}  // namespace convkit
