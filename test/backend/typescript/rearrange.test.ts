import { describe, expect, it } from 'vitest';
import type { Im2colGeometry, PadGeometry, PadMode } from '../../../src/geometry/records.js';
import { PAD_MODES } from '../../../src/geometry/records.js';
import { inputSize, integers, kernelSize, outputSize, runStep, taps, type WindowOptions, windowOf } from './support.js';

const WINDOWS: Record<string, WindowOptions> = {
  plain: { input: [1, 5, 6], kernel: [1, 2, 3] },
  'stride, dilation, pads': {
    input: [1, 7, 6],
    kernel: [1, 3, 2],
    stride: [1, 2, 1],
    dilation: [1, 1, 3],
    pads: [0, 0, 1, 2, 2, 0],
  },
  '3-D': { input: [3, 4, 5], kernel: [2, 2, 2], stride: [1, 2, 1], pads: [1, 0, 0, 1, 1, 1] },
};

describe.each(Object.entries(WINDOWS))('columns: %s', (_, options) => {
  const geometry: Im2colGeometry = { batch: 2, channels: 2, ...windowOf(options) };
  const [inputs, columns] = [4 * inputSize(geometry), 4 * kernelSize(geometry) * outputSize(geometry)];
  const place = (plane: number, tap: number, output: number) =>
    (plane * kernelSize(geometry) + tap) * outputSize(geometry) + output;

  it('im2col writes windows as columns', () => {
    const x = integers(inputs, 1, 100);
    const expected = new Float32Array(columns);
    for (let plane = 0; plane < 4; plane++)
      for (const { output, tap, input, inside } of taps(geometry)) {
        if (inside) expected[place(plane, tap, output)] = x[plane * inputSize(geometry) + input];
      }
    const [y] = runStep({ kind: 'im2col', geometry, operands: [x], resultSizes: [columns] });
    expect(y).toEqual(expected);
  });

  it('col2im sums them back', () => {
    const x = integers(columns, 1, 100);
    const expected = new Float32Array(inputs);
    for (let plane = 0; plane < 4; plane++)
      for (const { output, tap, input, inside } of taps(geometry)) {
        if (inside) expected[plane * inputSize(geometry) + input] += x[place(plane, tap, output)];
      }
    const [y] = runStep({ kind: 'col2im', geometry, operands: [x], resultSizes: [inputs] });
    expect(y).toEqual(expected);
  });
});

describe('pad', () => {
  const EXPECTED: Record<PadMode, number[]> = {
    zeros: [0, 0, 1, 2, 3, 0, 0],
    reflect: [3, 2, 1, 2, 3, 2, 1],
    replicate: [1, 1, 1, 2, 3, 3, 3],
    circular: [2, 3, 1, 2, 3, 1, 2],
  };

  it.each(PAD_MODES.map((mode, i) => [mode, i] as const))('%s', (mode, number) => {
    const line: PadGeometry = {
      outer: 1,
      inputDepth: 1,
      inputHeight: 1,
      inputWidth: 3,
      padFront: 0,
      padBack: 0,
      padTop: 0,
      padBottom: 0,
      padLeft: 2,
      padRight: 2,
      mode: number,
    };
    const [y] = runStep({
      kind: 'pad',
      geometry: line,
      operands: [Float32Array.of(1, 2, 3)],
      resultSizes: [7],
      extras: { scalars: [0] },
    });
    expect([...y]).toEqual(EXPECTED[mode]);
  });

  it.each(PAD_MODES.map((mode, i) => [mode, i] as const))('pads all three axes: %s', (mode, number) => {
    const value = -2.5;
    const sizes = [3, 4, 5];
    const geometry: PadGeometry = {
      outer: 2,
      inputDepth: 3,
      inputHeight: 4,
      inputWidth: 5,
      padFront: 1,
      padBack: 2,
      padTop: 2,
      padBottom: 0,
      padLeft: 1,
      padRight: 3,
      mode: number,
    };
    const source = (position: number, n: number): number | undefined => {
      if (position >= 0 && position < n) return position;
      if (mode === 'zeros') return undefined;
      if (mode === 'replicate') return Math.min(Math.max(position, 0), n - 1);
      if (mode === 'circular') return (position + n) % n;
      return position < 0 ? -position : 2 * n - 2 - position;
    };
    const x = integers(2 * 60, 1, 100);
    const expected: number[] = [];
    for (let o = 0; o < 2; o++)
      for (let d = -1; d < 5; d++)
        for (let h = -2; h < 4; h++)
          for (let w = -1; w < 8; w++) {
            const [sd, sh, sw] = [d, h, w].map((position, axis) => source(position, sizes[axis]));
            const outside = sd === undefined || sh === undefined || sw === undefined;
            expected.push(outside ? value : x[((o * 3 + sd) * 4 + sh) * 5 + sw]);
          }
    const extras = { scalars: [value] };
    const [y] = runStep({ kind: 'pad', geometry, operands: [x], resultSizes: [2 * 6 * 6 * 9], extras });
    expect([...y]).toEqual(expected);
  });
});

describe('transpose', () => {
  it.each([Float32Array, Int32Array])('exchanges rows and columns of %s', (Type) => {
    const [batch, rows, columns] = [2, 35, 40];
    const x = new Type(batch * rows * columns).map((_, i) => i);
    const geometry = { batch, rows, columns };
    const [y] = runStep({ kind: 'transpose', geometry, operands: [x], resultSizes: [x.length] });
    expect(y).toBeInstanceOf(Type);
    y.forEach((value, i) => {
      const [n, c, r] = [Math.floor(i / (rows * columns)), Math.floor(i / rows) % columns, i % rows];
      expect(value).toBe((n * rows + r) * columns + c);
    });
  });
});
