import type { ImageFilterStep, ImageSeparableStep, ImageSharpenStep, ImageSmoothStep } from '../../program/step.js';
import { BorderedRows, RowRing } from './bordered-rows.js';
import { type CompileContext, type CompiledStep, PLAIN } from './compiled-step.js';
import type { SlotMemory } from './memory.js';
import { saturatorOf } from './saturate.js';

/** sums += weight · x, the product rounded before the sum; weights of 0 take no part. */
function accumulate(sums: Float32Array, weight: number, x: Float32Array, offset: number): void {
  if (weight === 0) return;
  for (let i = 0; i < sums.length; i++) sums[i] += Math.fround(x[i + offset] * weight);
}

/** Terms of a chain of additions. Longer sums are cut into chains, after each so many terms. */
const PARTIAL_SUM_TERMS = 256;

/** sums = start + the terms that `add` adds one by one. */
function sumTerms(sums: Float32Array, start: number, terms: number, add: (term: number) => void): void {
  sums.fill(start);
  if (terms <= PARTIAL_SUM_TERMS) {
    for (let term = 0; term < terms; term++) add(term);
    return;
  }
  const total = new Float32Array(sums.length);
  const lost = new Float32Array(sums.length);
  for (let first = 0; first < terms; first += PARTIAL_SUM_TERMS) {
    if (first > 0) sums.fill(0);
    for (let term = first; term < Math.min(terms, first + PARTIAL_SUM_TERMS); term++) add(term);
    addExactly(sums, total, lost);
  }
  // An infinite total has lost nothing that could be told.
  for (let i = 0; i < sums.length; i++) sums[i] = total[i] + (Number.isNaN(lost[i]) ? 0 : lost[i]);
}

/** total + lost += partial, but for what rounding takes from `lost`: Knuth's exact sum of two numbers. */
function addExactly(partial: Float32Array, total: Float32Array, lost: Float32Array): void {
  const { fround } = Math;
  for (let i = 0; i < total.length; i++) {
    const a = total[i];
    const b = partial[i];
    const sum = fround(a + b);
    const rest = fround(sum - a);
    lost[i] += fround(fround(a - fround(sum - rest)) + fround(b - rest));
    total[i] = sum;
  }
}

/** Writes the sums of one row of the result, given the rows under its windows. */
type SumRow = (rowAt: (i: number) => Float32Array, sums: Float32Array) => void;

/** What all filters in float32 share. `prepare` reads the operands that a run brings. */
function compileFloatFilter(
  step: ImageFilterStep | ImageSeparableStep | ImageSharpenStep,
  context: CompileContext,
  prepare: (memory: SlotMemory, values: number) => SumRow,
): CompiledStep {
  const g = step.geometry;
  const rows = new BorderedRows(g);
  const saturated = saturatorOf(context.typeOf(step.results[0]));
  return {
    plan: PLAIN,
    run(memory) {
      const x = memory.any(step.operands[0]);
      const y = memory.any(step.results[0]);
      const sumRow = prepare(memory, rows.values);
      const ring = new RowRing(
        -g.anchorY,
        g.kernelHeight,
        () => new Float32Array(rows.values),
        (place, row) => rows.fill(place, step.scalars[0], x, row),
      );
      const sums = new Float32Array(g.width * g.channels);
      for (let row = 0; row < g.height; row++) {
        sumRow((i) => ring.at(row - g.anchorY + i), sums);
        for (let i = 0; i < sums.length; i++) y[row * sums.length + i] = saturated(sums[i]);
      }
    },
  };
}

export function compileImageFilter(step: ImageFilterStep, context: CompileContext): CompiledStep {
  const g = step.geometry;
  return compileFloatFilter(step, context, (memory) => {
    const weights = memory.float32(step.operands[1]);
    return (rowAt, sums) => {
      sumTerms(sums, step.scalars[1], g.kernelHeight * g.kernelWidth, (term) => {
        const row = Math.floor(term / g.kernelWidth);
        accumulate(sums, weights[term], rowAt(row), (term % g.kernelWidth) * g.channels);
      });
    };
  });
}

/** The sums of a product of two kernels. */
function separableSums(
  step: ImageSeparableStep | ImageSharpenStep,
  start: number,
  memory: SlotMemory,
  values: number,
): SumRow {
  const g = step.geometry;
  const rowWeights = memory.float32(step.operands[1]);
  const columnWeights = memory.float32(step.operands[2]);
  const down = new Float32Array(values);
  return (rowAt, sums) => {
    sumTerms(down, 0, g.kernelHeight, (i) => accumulate(down, rowWeights[i], rowAt(i), 0));
    sumTerms(sums, start, g.kernelWidth, (j) => accumulate(sums, columnWeights[j], down, j * g.channels));
  };
}

export function compileImageSeparable(step: ImageSeparableStep, context: CompileContext): CompiledStep {
  return compileFloatFilter(step, context, (memory, values) => separableSums(step, step.scalars[1], memory, values));
}

export function compileImageSharpen(step: ImageSharpenStep, context: CompileContext): CompiledStep {
  const { anchorX, anchorY, channels } = step.geometry;
  const amount = Math.fround(step.scalars[1]);
  const threshold = Math.fround(step.scalars[2]);
  return compileFloatFilter(step, context, (memory, values) => {
    const blur = separableSums(step, 0, memory, values);
    return (rowAt, sums) => {
      blur(rowAt, sums);
      const x = rowAt(anchorY);
      for (let i = 0; i < sums.length; i++) {
        const own = x[i + anchorX * channels];
        const difference = Math.fround(own - sums[i]);
        sums[i] = Math.abs(difference) < threshold ? own : own + Math.fround(amount * difference);
      }
    };
  });
}

/** y[i] = Σₖ (wₖ · (before + after) + 2^14) >> 15 of the values k places to both sides, from the middle out. */
function mirroredSum(weights: Int16Array, at: (k: number) => Int16Array, offset: number, step: number, y: Int16Array) {
  for (let i = 0; i < y.length; i++) {
    let sum = (weights[0] * at(0)[i + offset] + 0x4000) >> 15;
    for (let k = 1; k < weights.length; k++) {
      sum += (weights[k] * (at(-k)[i + offset - k * step] + at(k)[i + offset + k * step]) + 0x4000) >> 15;
    }
    y[i] = sum;
  }
}

export function compileImageSmooth(step: ImageSmoothStep): CompiledStep {
  const g = step.geometry;
  const rows = new BorderedRows(g);
  return {
    plan: PLAIN,
    run(memory) {
      const x = memory.any(step.operands[0]);
      const y = memory.any(step.results[0]);
      const rowWeights = Int16Array.from(memory.float32(step.operands[1]));
      const columnWeights = Int16Array.from(memory.float32(step.operands[2]));
      const newRow = () => new Int16Array(rows.values);
      const ring = new RowRing(-g.anchorY, g.kernelHeight, newRow, (place, row) => {
        rows.fill(place, step.scalars[0], x, row);
        for (let i = 0; i < row.length; i++) row[i] *= 64;
      });
      const down = newRow();
      const across = new Int16Array(g.width * g.channels);
      for (let row = 0; row < g.height; row++) {
        ring.at(row + g.anchorY);
        mirroredSum(rowWeights, (k) => ring.at(row + k), 0, 0, down);
        mirroredSum(columnWeights, () => down, g.anchorX * g.channels, g.channels, across);
        for (let i = 0; i < across.length; i++) y[row * across.length + i] = (across[i] + 32) >> 6;
      }
    },
  };
}
