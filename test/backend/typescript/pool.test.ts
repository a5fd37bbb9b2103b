import { describe, expect, it } from 'vitest';
import type { AvgPoolGeometry, PoolGeometry } from '../../../src/geometry/records.js';
import {
  inputSize,
  integers,
  kernelSize,
  outputSize,
  runStep,
  taps,
  uniform,
  type WindowOptions,
  windowOf,
} from './support.js';

const CASES: Record<string, WindowOptions> = {
  '2x2, stride 2': { input: [1, 6, 8], kernel: [1, 2, 2], stride: [1, 2, 2] },
  'overlapping, padded': { input: [1, 7, 5], kernel: [1, 3, 3], stride: [1, 2, 1], pads: [0, 0, 1, 1, 1, 1] },
  '1-D': { input: [1, 1, 9], kernel: [1, 1, 3], stride: [1, 1, 2], pads: [0, 0, 0, 0, 1, 1] },
  '3-D': { input: [4, 5, 6], kernel: [2, 3, 2], stride: [2, 1, 2], pads: [1, 1, 1, 1, 0, 0] },
  'ceil mode': { input: [1, 6, 6], kernel: [1, 3, 3], stride: [1, 2, 2], output: [1, 3, 3] },
  'ceil mode, padded': {
    input: [1, 3, 3],
    kernel: [1, 2, 2],
    stride: [1, 2, 2],
    pads: [0, 0, 1, 1, 1, 1],
    output: [1, 2, 2],
  },
};

function poolGeometry(options: WindowOptions): PoolGeometry {
  return { batch: 2, channels: 3, ...windowOf(options) };
}

describe.each(Object.entries(CASES))('sliding pooling: %s', (_, options) => {
  const geometry = poolGeometry(options);
  const [inputs, outputs] = [inputSize(geometry), outputSize(geometry)];
  const x = integers(6 * inputs, 1, 50);

  it('takes the first largest value and its index', () => {
    const expected = new Float32Array(6 * outputs).fill(Number.NEGATIVE_INFINITY);
    const places = new Int32Array(6 * outputs);
    for (let plane = 0; plane < 6; plane++)
      for (const { output, input, inside } of taps(geometry)) {
        const at = plane * outputs + output;
        if (!inside || x[plane * inputs + input] <= expected[at]) continue;
        expected[at] = x[plane * inputs + input];
        places[at] = input;
      }
    const [y, indices] = runStep({ kind: 'maxPool', geometry, operands: [x], resultSizes: [6 * outputs, 6 * outputs] });
    expect(y).toEqual(expected);
    expect(indices).toEqual(places);
    const [alone] = runStep({ kind: 'maxPool', geometry, operands: [x], resultSizes: [6 * outputs, undefined] });
    expect(alone).toEqual(expected);
  });

  it.each([
    [1, 0],
    [0, 0],
    [1, 7],
    [0, -3],
  ])('averages with countIncludePad %i, divisorOverride %i', (countIncludePad, divisorOverride) => {
    const [sums, divisors] = [new Float64Array(6 * outputs), new Float64Array(outputs)];
    for (let plane = 0; plane < 6; plane++)
      for (const { output, input, inside } of taps(geometry)) {
        if (inside) sums[plane * outputs + output] += x[plane * inputs + input];
      }
    for (const { output, inside, tap } of taps(geometry)) {
      if (inside || (countIncludePad && insidePadding(geometry, output, tap))) divisors[output]++;
    }
    const expected = Float32Array.from(sums, (sum, i) => sum / (divisorOverride || divisors[i % outputs]));
    const record: AvgPoolGeometry = { ...geometry, countIncludePad, divisorOverride };
    const [y] = runStep({ kind: 'avgPool', geometry: record, operands: [x], resultSizes: [6 * outputs] });
    expect(y).toEqual(expected);
  });

  it('takes the power mean over the part inside the input', () => {
    const [sums, counts] = [new Float64Array(6 * outputs), new Float64Array(outputs)];
    for (let plane = 0; plane < 6; plane++)
      for (const { output, input, inside } of taps(geometry)) {
        if (!inside) continue;
        sums[plane * outputs + output] += x[plane * inputs + input] ** 2;
        if (plane === 0) counts[output]++;
      }
    const size = kernelSize(geometry);
    const [y] = runStep({
      kind: 'lpPool',
      geometry,
      operands: [x],
      resultSizes: [6 * outputs],
      extras: { scalars: [2] },
    });
    y.forEach((value, i) => {
      expect(value).toBeCloseTo(Math.sqrt((sums[i] / counts[i % outputs]) * size), 4);
    });
  });
});

/** Whether a tap lies before the end of the padding after the input: what ceil mode adds lies beyond. */
function insidePadding(g: PoolGeometry, output: number, tap: number): boolean {
  const ow = output % g.outputWidth;
  const oh = Math.floor(output / g.outputWidth) % g.outputHeight;
  const od = Math.floor(output / (g.outputWidth * g.outputHeight));
  const w = ow * g.strideWidth - g.padLeft + (tap % g.kernelWidth);
  const h = oh * g.strideHeight - g.padTop + (Math.floor(tap / g.kernelWidth) % g.kernelHeight);
  const d = od * g.strideDepth - g.padFront + Math.floor(tap / (g.kernelWidth * g.kernelHeight));
  return w < g.inputWidth + g.padRight && h < g.inputHeight + g.padBottom && d < g.inputDepth + g.padBack;
}

describe('maxPool', () => {
  const geometry: PoolGeometry = {
    ...poolGeometry({ input: [1, 2, 3], kernel: [1, 2, 3], output: [1, 1, 1] }),
    batch: 1,
    channels: 1,
  };
  const run = (values: number[]) =>
    runStep({ kind: 'maxPool', geometry, operands: [Float32Array.from(values)], resultSizes: [1, 1] }).map(([v]) => v);

  it('takes the first of equal values', () => expect(run([1, 5, 2, 5, 5, 0])).toEqual([5, 1]));
  it('takes NaN, and the index of the last one', () => expect(run([1, NaN, 9, NaN, Infinity, 0])).toEqual([NaN, 3]));
  it('takes −Infinity where there is nothing else', () =>
    expect(run(new Array(6).fill(-Infinity))).toEqual([-Infinity, 0]));

  it('gives a padded window of −Infinity the index of its first element inside', () => {
    const padded = poolGeometry({ input: [1, 4, 4], kernel: [1, 2, 2], stride: [1, 2, 2], pads: [0, 0, 1, 1, 1, 1] });
    const x = new Float32Array(6 * 16).fill(-Infinity);
    const [, indices] = runStep({ kind: 'maxPool', geometry: padded, operands: [x], resultSizes: [54, 54] });
    expect([...indices.slice(0, 9)]).toEqual([0, 1, 3, 4, 5, 7, 12, 13, 15]);
  });

  it('skips the taps that dilation leaves out', () => {
    const dilated = poolGeometry({
      input: [1, 1, 6],
      kernel: [1, 1, 3],
      dilation: [1, 1, 2],
      pads: [0, 0, 0, 0, 1, 1],
    });
    const x = Float32Array.from({ length: 36 }, (_, i) => [9, 1, 8, 2, 7, 3][i % 6]);
    const [y, indices] = runStep({ kind: 'maxPool', geometry: dilated, operands: [x], resultSizes: [24, 24] });
    expect([...y.slice(0, 4)]).toEqual([2, 9, 3, 8]);
    expect([...indices.slice(0, 4)]).toEqual([3, 0, 5, 2]);
  });
});

describe('adaptive pooling', () => {
  it.each([
    [5, 3],
    [7, 7],
    [3, 8],
    [10, 1],
    [4, 0],
  ])('covers floor(i·n/out) … ceil((i+1)·n/out): %i to %i', (n, out) => {
    const geometry = {
      batch: 2,
      channels: 2,
      inputDepth: 1,
      inputHeight: n,
      inputWidth: n + 1,
      outputDepth: 1,
      outputHeight: out,
      outputWidth: out,
    };
    const x = uniform(4 * n * (n + 1), 1);
    const [means, maxima, places] = [[], [], []] as [number[], number[], number[]];
    for (let plane = 0; plane < 4; plane++)
      for (let oh = 0; oh < out; oh++)
        for (let ow = 0; ow < out; ow++) {
          const cells: { value: number; index: number }[] = [];
          for (let h = Math.floor((oh * n) / out); h < Math.ceil(((oh + 1) * n) / out); h++)
            for (let w = Math.floor((ow * (n + 1)) / out); w < Math.ceil(((ow + 1) * (n + 1)) / out); w++) {
              const index = h * (n + 1) + w;
              cells.push({ value: x[plane * n * (n + 1) + index], index });
            }
          means.push(Math.fround(cells.reduce((sum, { value }) => sum + value, 0) / cells.length));
          const best = cells.reduce((a, b) => (b.value > a.value ? b : a));
          maxima.push(best.value);
          places.push(best.index);
        }
    const size = 4 * out * out;
    const [avg] = runStep({ kind: 'adaptiveAvgPool', geometry, operands: [x], resultSizes: [size] });
    expect([...avg]).toEqual(means);
    const [max, indices] = runStep({ kind: 'adaptiveMaxPool', geometry, operands: [x], resultSizes: [size, size] });
    expect([...max]).toEqual(maxima);
    expect([...indices]).toEqual(places);
  });
});

describe('maxUnpool', () => {
  const geometry = {
    batch: 1,
    channels: 2,
    inputDepth: 1,
    inputHeight: 1,
    inputWidth: 3,
    outputDepth: 1,
    outputHeight: 2,
    outputWidth: 3,
  };
  const x = Float32Array.of(1, 2, 3, 4, 5, 6);

  it('puts values at their indices, the later of two in one place', () => {
    const indices = Int32Array.of(5, 0, 2, 1, 1, 4);
    const [y] = runStep({ kind: 'maxUnpool', geometry, operands: [x, indices], resultSizes: [12] });
    expect([...y]).toEqual([2, 0, 3, 0, 0, 1, 0, 5, 0, 0, 6, 0]);
  });

  it.each([6, -1])('refuses index %i', (bad) => {
    const indices = Int32Array.of(5, 0, 2, 1, bad, 4);
    const run = () => runStep({ kind: 'maxUnpool', geometry, operands: [x, indices], resultSizes: [12] });
    expect(run).toThrow(`maxUnpool: Found an invalid max index: ${bad} at indices[4]`);
    expect(run).toThrow(/expected an index from 0 to 5/);
  });
});
