import type {
  ImageBoxStep,
  ImageDilateStep,
  ImageErodeStep,
  ImageIntegralStep,
  ImageMedianStep,
} from '../../program/step.js';
import { BorderedRows, RowRing } from './bordered-rows.js';
import { type CompiledStep, PLAIN } from './compiled-step.js';

type WindowStep = ImageBoxStep | ImageMedianStep | ImageErodeStep | ImageDilateStep;

/** Writes one row of the result, given the rows under its windows. */
type WriteRow = (rowAt: (i: number) => Float64Array, y: Float64Array) => void;

/** What all of them share; a Float64Array holds values of any type as they are. */
function eachRow(step: WindowStep, memory: Parameters<CompiledStep['run']>[0], write: WriteRow): void {
  const g = step.geometry;
  const rows = new BorderedRows(g);
  const x = memory.any(step.operands[0]);
  const y = memory.any(step.results[0]);
  const ring = new RowRing(
    -g.anchorY,
    g.kernelHeight,
    () => new Float64Array(rows.values),
    (place, row) => rows.fill(place, step.scalars[0], x, row),
  );
  const result = new Float64Array(g.width * g.channels);
  for (let row = 0; row < g.height; row++) {
    write((i) => ring.at(row - g.anchorY + i), result);
    y.set(result, row * result.length);
  }
}

/** Sums of columns, then sums that move across: a window costs the same whatever its width. */
export function compileImageBox(step: ImageBoxStep): CompiledStep {
  const { kernelHeight, kernelWidth, channels } = step.geometry;
  const area = kernelHeight * kernelWidth;
  const half = Math.floor(area / 2);
  return {
    plan: PLAIN,
    run(memory) {
      let columns = new Float64Array(0);
      eachRow(step, memory, (rowAt, y) => {
        if (columns.length === 0) columns = new Float64Array(rowAt(0).length);
        columns.fill(0);
        for (let i = 0; i < kernelHeight; i++) {
          const row = rowAt(i);
          for (let j = 0; j < columns.length; j++) columns[j] += row[j];
        }
        for (let c = 0; c < channels; c++) {
          let sum = 0;
          for (let j = 0; j < kernelWidth - 1; j++) sum += columns[j * channels + c];
          for (let i = c; i < y.length; i += channels) {
            sum += columns[i + (kernelWidth - 1) * channels];
            y[i] = Math.floor((sum + half) / area);
            sum -= columns[i];
          }
        }
      });
    },
  };
}

export function compileImageMedian(step: ImageMedianStep): CompiledStep {
  const { kernelHeight: size, channels } = step.geometry;
  return {
    plan: PLAIN,
    run(memory) {
      const window = new Float64Array(size * size);
      eachRow(step, memory, (rowAt, y) => {
        const rows = Array.from({ length: size }, (_, i) => rowAt(i));
        for (let i = 0; i < y.length; i++) {
          let count = 0;
          for (const row of rows) {
            for (let j = 0; j < size; j++) count = insert(window, count, row[i + j * channels]);
          }
          y[i] = window[count >> 1];
        }
      });
    },
  };
}

/** Puts a value in its place among the first `count`, which are in order; gives their new number. */
function insert(sorted: Float64Array, count: number, value: number): number {
  let at = count;
  for (; at > 0 && sorted[at - 1] > value; at--) sorted[at] = sorted[at - 1];
  sorted[at] = value;
  return count + 1;
}

export function compileImageExtreme(step: ImageErodeStep | ImageDilateStep): CompiledStep {
  const { kernelHeight, kernelWidth, channels } = step.geometry;
  const better = step.kind === 'imageErode' ? (a: number, b: number) => a < b : (a: number, b: number) => a > b;
  return {
    plan: PLAIN,
    run(memory) {
      const mask = memory.optionalFloat32(step.operands[1]);
      const taps: { row: number; offset: number }[] = [];
      for (let i = 0; i < kernelHeight * kernelWidth; i++) {
        if (mask !== undefined && mask[i] === 0) continue;
        taps.push({ row: Math.floor(i / kernelWidth), offset: (i % kernelWidth) * channels });
      }
      eachRow(step, memory, (rowAt, y) => {
        for (const [t, { row, offset }] of taps.entries()) {
          const x = rowAt(row);
          for (let i = 0; i < y.length; i++) if (t === 0 || better(x[i + offset], y[i])) y[i] = x[i + offset];
        }
      });
    },
  };
}

/** Sums wrap around by themselves: y is an Int32Array. */
export function compileImageIntegral(step: ImageIntegralStep): CompiledStep {
  const { height, width, channels, rowStride } = step.geometry;
  const row = (width + 1) * channels;
  return {
    plan: PLAIN,
    run(memory) {
      const x = memory.any(step.operands[0]);
      const y = memory.int32(step.results[0]);
      y.fill(0, 0, row);
      for (let i = 1; i <= height; i++) {
        y.fill(0, i * row, i * row + channels);
        for (let c = 0; c < channels; c++) {
          let sum = 0;
          for (let j = c; j < width * channels; j += channels) {
            sum += x[(i - 1) * rowStride + j];
            y[i * row + channels + j] = y[(i - 1) * row + channels + j] + sum;
          }
        }
      }
    },
  };
}
