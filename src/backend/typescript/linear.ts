import type { LinearStep } from '../../program/step.js';
import { type CompiledStep, PLAIN } from './compiled-step.js';
import { type BoundEpilogue, Epilogue, epilogueSlots } from './epilogue.js';
import { addPanel, packPanels, roundUpToTile, TILE } from './product.js';
import { scratch } from './scratch.js';

/** Rows that share each packing of the weights. */
const ROW_BLOCK = 32 * TILE;
/** Inputs that are multiplied at a time: two panels, 12 KB each, then stay in the first-level cache. */
const DEPTH_BLOCK = 512;
/** Features that share each load of x where there are too few rows for panels. */
const FEATURES = 4;

/** Some rows of x and of y, from `top` on. */
interface RowBlock {
  readonly x: Float32Array;
  readonly weight: Float32Array;
  readonly epilogue: BoundEpilogue;
  readonly top: number;
  readonly count: number;
}

/** y = activation(x · weightᵀ + bias + residual). Weights are not kept packed: that would double a large layer. */
export function compileLinear(step: LinearStep): CompiledStep {
  const { rows } = step.geometry;
  const epilogue = new Epilogue(step.activation, epilogueSlots(step));
  return {
    plan: PLAIN,
    run(memory) {
      const x = memory.float32(step.operands[0]);
      const weight = memory.float32(step.operands[1]);
      const bound = epilogue.bind(memory);
      for (let top = 0; top < rows; top += ROW_BLOCK) {
        const count = Math.min(ROW_BLOCK, rows - top);
        const multiply = count < TILE ? multiplyFewRows : multiplyManyRows;
        multiply(step.geometry, { x, weight, epilogue: bound, top, count });
      }
    },
  };
}

function multiplyManyRows(geometry: LinearStep['geometry'], block: RowBlock): void {
  const { inFeatures, outFeatures } = geometry;
  const { x, weight, epilogue, top, count } = block;
  const columns = roundUpToTile(count);
  const input = scratch('image', columns * inFeatures);
  const panel = scratch('weights', TILE * DEPTH_BLOCK);
  const sums = scratch('sums', TILE * columns);
  forEachDepthBlock(inFeatures, (from, depth) => {
    const rows = { start: top * inFeatures + from, count, depth, rowStride: inFeatures, stride: 1 };
    packPanels(x, rows, input, from * columns);
  });
  for (let feature = 0; feature < outFeatures; feature += TILE) {
    const features = Math.min(TILE, outFeatures - feature);
    sums.fill(0, 0, TILE * columns);
    forEachDepthBlock(inFeatures, (from, depth) => {
      const rows = { start: feature * inFeatures + from, count: features, depth, rowStride: inFeatures, stride: 1 };
      packPanels(weight, rows, panel, 0);
      const rest = input.subarray(from * columns);
      addPanel(panel, rest, sums, { depth, aStart: 0, sumsStart: 0, columns });
    });
    for (let f = 0; f < features; f++) {
      for (let row = 0; row < count; row++) {
        epilogue.finish(sums, f * columns + row, 1, feature + f, (top + row) * outFeatures + feature + f);
      }
    }
  }
}

function forEachDepthBlock(inFeatures: number, visit: (from: number, depth: number) => void): void {
  for (let from = 0; from < inFeatures; from += DEPTH_BLOCK) visit(from, Math.min(DEPTH_BLOCK, inFeatures - from));
}

function multiplyFewRows(geometry: LinearStep['geometry'], block: RowBlock): void {
  const { inFeatures, outFeatures } = geometry;
  const { x, weight, epilogue, top, count } = block;
  const input = scratch('image', inFeatures);
  const sums = scratch('sums', outFeatures + FEATURES);
  for (let row = top; row < top + count; row++) {
    for (let k = 0; k < inFeatures; k++) input[k] = x[row * inFeatures + k];
    for (let feature = 0; feature < outFeatures; feature += FEATURES) {
      sumFeatures(input, weight, { feature, inFeatures, outFeatures }, sums);
    }
    for (let i = 0; i < outFeatures; i++) epilogue.finish(sums, i, 1, i, row * outFeatures + i);
  }
}

/** FEATURES sums of one row; those beyond the last feature repeat it, and nobody reads them. */
function sumFeatures(
  x: Float64Array,
  weight: Float32Array,
  place: { feature: number; inFeatures: number; outFeatures: number },
  sums: Float64Array,
): void {
  const { feature, inFeatures, outFeatures } = place;
  const last = outFeatures - 1;
  const w0 = feature * inFeatures;
  const w1 = Math.min(feature + 1, last) * inFeatures;
  const w2 = Math.min(feature + 2, last) * inFeatures;
  const w3 = Math.min(feature + 3, last) * inFeatures;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let k = 0; k < inFeatures; k++) {
    const value = x[k];
    s0 += value * weight[w0 + k];
    s1 += value * weight[w1 + k];
    s2 += value * weight[w2 + k];
    s3 += value * weight[w3 + k];
  }
  sums[feature] = s0;
  sums[feature + 1] = s1;
  sums[feature + 2] = s2;
  sums[feature + 3] = s3;
}
