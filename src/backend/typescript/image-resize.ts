import { type ImageResizeGeometry, RESIZE_ARITHMETICS, type ResizeArithmetic } from '../../geometry/records.js';
import type { SlotArray } from '../../program/program.js';
import type { ImageResizeStep } from '../../program/step.js';
import { type CompileContext, type CompiledStep, PLAIN } from './compiled-step.js';
import { saturatorOf } from './saturate.js';
import { linearSum, roundedSum, type Sum, wholeSum } from './weighted-sums.js';

/** How the products of an output are summed, and what becomes of the sum. */
interface Pass {
  readonly sum: Sum;
  readonly finish: (sum: number) => number;
}

interface Passes {
  readonly across: Pass;
  readonly down: Pass;
}

/** For each output its first input and their number, and `taps` weights. */
interface Table {
  readonly bounds: Int32Array;
  readonly weights: Float32Array;
  readonly taps: number;
}

interface Work {
  readonly x: SlotArray;
  readonly y: SlotArray;
  readonly across: Table;
  readonly down: Table;
}

/**
 * Resamples pixels along rows, then along columns; see IMAGE_RESIZE_FIELDS. Rounds where the native kernels round, so that both
 * give the same bits.
 */
export function compileImageResize(step: ImageResizeStep, context: CompileContext): CompiledStep {
  const g = step.geometry;
  const arithmetic = RESIZE_ARITHMETICS[g.arithmetic];
  const saturated = saturatorOf(context.typeOf(step.results[0]));
  const run =
    arithmetic === 'pick'
      ? (work: Work) => pick(g, work)
      : (work: Work) => resample(g, passesOf(arithmetic, g, saturated), work);
  return {
    plan: PLAIN,
    run(memory) {
      const [x, acrossBounds, acrossWeights, downBounds, downWeights] = step.operands;
      run({
        x: memory.any(x),
        y: memory.any(step.results[0]),
        across: { bounds: memory.int32(acrossBounds), weights: memory.float32(acrossWeights), taps: g.tapsAcross },
        down: { bounds: memory.int32(downBounds), weights: memory.float32(downWeights), taps: g.tapsDown },
      });
    },
  };
}

function pick(g: ImageResizeGeometry, { x, y, across, down }: Work): void {
  let at = 0;
  for (let row = 0; row < g.outputHeight; row++) {
    const line = g.offset + down.bounds[2 * row] * g.rowStride;
    for (let column = 0; column < g.outputWidth; column++) {
      const from = line + across.bounds[2 * column] * g.channels;
      for (let c = 0; c < g.channels; c++) y[at++] = x[from + c];
    }
  }
}

/** Values between the two passes, at most so many at a time: a tall image that gets wide has more than an array holds. */
const VALUES_BETWEEN = 2 ** 24;

function resample(g: ImageResizeGeometry, passes: Passes, work: Work): void {
  const columns = Math.max(1, Math.floor(VALUES_BETWEEN / (g.inputHeight * g.channels)));
  for (let begin = 0; begin < g.outputWidth; begin += columns) {
    resampleColumns(g, passes, work, [begin, Math.min(begin + columns, g.outputWidth)]);
  }
}

function resampleColumns(
  g: ImageResizeGeometry,
  passes: Passes,
  { x, y, across, down }: Work,
  [begin, end]: readonly [number, number],
): void {
  const values = (end - begin) * g.channels;
  const { taps } = across;
  const table = {
    bounds: across.bounds.subarray(2 * begin, 2 * end),
    weights: across.weights.subarray(taps * begin, taps * end),
    taps,
  };
  // Whole numbers or float32 values: float64 holds both.
  const between = new Float64Array(g.inputHeight * values);
  for (let row = 0; row < g.inputHeight; row++) {
    for (let c = 0; c < g.channels; c++) {
      const from = { x, at: g.offset + row * g.rowStride + c, stride: g.channels };
      const to = { y: between, at: row * values + c, stride: g.channels };
      weigh(passes.across, table, from, to);
    }
  }
  const to = { at: begin * g.channels, stride: g.outputWidth * g.channels };
  for (let i = 0; i < values; i++) {
    weigh(passes.down, down, { x: between, at: i, stride: values }, { y, at: to.at + i, stride: to.stride });
  }
}

interface From {
  readonly x: SlotArray | Float64Array;
  readonly at: number;
  readonly stride: number;
}

interface To {
  readonly y: SlotArray | Float64Array;
  readonly at: number;
  readonly stride: number;
}

/** All outputs along one line of values that lie `stride` apart. */
function weigh({ sum, finish }: Pass, { bounds, weights, taps }: Table, from: From, to: To): void {
  const outputs = bounds.length / 2;
  for (let o = 0; o < outputs; o++) {
    const inputs = { x: from.x, at: from.at + bounds[2 * o] * from.stride, stride: from.stride };
    to.y[to.at + o * to.stride] = finish(sum(inputs, weights, o * taps, bounds[2 * o + 1]));
  }
}

const unchanged = (sum: number) => sum;
const toByte = (value: number) => Math.min(Math.max(value, 0), 255);

/** Half of what the shift divides by is added before it. Sums wrap around as int32 does. */
const shifted = (sum: number) => toByte((sum + (1 << 21)) >> 22);

function passesOf(
  arithmetic: Exclude<ResizeArithmetic, 'pick'>,
  { tapsAcross, tapsDown }: ImageResizeGeometry,
  saturated: (value: number) => number,
): Passes {
  const exact: Pass = { sum: wholeSum, finish: unchanged };
  switch (arithmetic) {
    case 'fixed': {
      const pass = { sum: wholeSum, finish: shifted };
      return { across: pass, down: pass };
    }
    case 'float':
      return { across: { sum: roundedSum, finish: unchanged }, down: { sum: roundedSum, finish: saturated } };
    case 'wide':
      return { across: exact, down: { sum: wholeSum, finish: shifted } };
    case 'linear':
      return { across: exact, down: { sum: linearSum, finish: (sum) => toByte((sum + 2) >> 2) } };
    case 'mean': {
      const scale = Math.fround(1 / (tapsAcross * tapsDown));
      const nearest = saturatorOf('uint8');
      const finish = (sum: number) => nearest(Math.fround(Math.fround(sum) * scale));
      return { across: exact, down: { sum: wholeSum, finish } };
    }
  }
}
