import { describe, expect, it } from 'vitest';
import { ArgumentError } from '../../../src/errors.js';
import type { GridSampleGeometry } from '../../../src/geometry/records.js';
import { ProgramBuilder } from '../../../src/program/builder.js';
import { NO_SLOT } from '../../../src/program/step.js';
import { runStepOn } from '../../support/steps.js';
import { backend } from './support.js';

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

const relu = { activation: { kind: 'relu', alpha: 0, beta: 0 } } as const;

describe.each(['gather', 'resample'] as const)('%s and indices that are none', (kind) => {
  function programOf(constant: Float32Array | undefined) {
    const builder = new ProgramBuilder();
    const x = builder.input(5);
    const indices = constant === undefined ? builder.input(2) : builder.constant(constant);
    const [y, z] = [builder.slot(5), builder.slot(2)];
    builder.step('activation', { outer: 1, channels: 1, inner: 5 }, [x, NO_SLOT, NO_SLOT], [y], relu);
    if (kind === 'gather') {
      builder.step('gather', { outer: 1, length: 5, inner: 1, count: 2 }, [y, indices], [z]);
    } else {
      const weights = builder.constant(Float32Array.of(1, 1));
      const geometry = { outer: 1, length: 5, inner: 1, outputLength: 2, taps: 1 };
      builder.step('resample', geometry, [y, indices, weights, NO_SLOT], [z]);
    }
    builder.output(y);
    builder.output(z);
    return backend.compile(builder.build());
  }

  const beyond = kind === 'gather' ? -6 : -1;
  it.each([5, 7, beyond, 1.5, nan, inf])('refuses %d and leaves the outputs alone', (index) => {
    const outputs = [new Float32Array(5).fill(-7), new Float32Array(2).fill(-7)];
    const bad = Float32Array.of(0, index);
    const x = Float32Array.of(1, 2, 3, 4, 5);
    const message = `${kind}: index ${index} is out of range for an axis of 5`;
    for (const run of [() => programOf(undefined).run([x, bad], outputs), () => programOf(bad).run([x], outputs)]) {
      expect(run).toThrow(ArgumentError);
      expect(run).toThrow(message);
    }
    expect(outputs.every((output) => output.every((value) => value === -7))).toBe(true);
    programOf(undefined).run([x, Float32Array.of(0, 4)], outputs);
    expect([...outputs[1]]).toEqual([1, 5]);
  });
});

it('gather counts negative indices from the end', () => {
  const geometry = { outer: 2, length: 3, inner: 2, count: 3 };
  const operands = [Float32Array.from({ length: 12 }, (_, i) => i), Float32Array.of(-1, 0, -3)];
  const [y] = runStepOn(backend, { kind: 'gather', geometry, operands, resultSizes: [12], exact: true });
  expect([...y]).toEqual([4, 5, 0, 1, 0, 1, 10, 11, 6, 7, 6, 7]);
});

describe('topK', () => {
  const topK = (line: readonly number[], k: number, largest: number) => {
    const geometry = { outer: 1, length: line.length, inner: 1, k, largest };
    const operands = [Float32Array.from(line)];
    return runStepOn(backend, { kind: 'topK', geometry, operands, resultSizes: [k, k], exact: true }).map((result) => [
      ...result,
    ]);
  };

  it('puts the first of equal values first', () => {
    expect(topK([2, 5, 2, 5, 2, 1], 4, 1)).toEqual([
      [5, 5, 2, 2],
      [1, 3, 0, 2],
    ]);
    expect(topK([2, 5, 2, 5, 2, 1], 3, 0)).toEqual([
      [1, 2, 2],
      [5, 0, 2],
    ]);
    expect(topK([0, -0, 0, -0], 3, 1)[1]).toEqual([0, 1, 2]);
  });

  it('counts NaN as largest', () => {
    expect(topK([1, nan, inf, nan, -inf], 4, 1)).toEqual([
      [nan, nan, inf, 1],
      [1, 3, 2, 0],
    ]);
    expect(topK([1, nan, inf, nan, -inf], 4, 0)).toEqual([
      [-inf, 1, inf, nan],
      [4, 0, 2, 1],
    ]);
    expect(topK([nan, 2, nan], 1, 1)).toEqual([[nan], [0]]);
  });
});

describe('nonMaxSuppression', () => {
  function suppress(
    boxes: readonly (readonly number[])[],
    scores: readonly number[],
    { iou = 0.5, score = -inf, most = 3, centerPoint = 0 } = {},
  ): number[] {
    const geometry = { batches: 1, classes: 1, boxes: boxes.length, mostPerClass: most, centerPoint };
    const [selected, [count]] = runStepOn(backend, {
      kind: 'nonMaxSuppression',
      geometry,
      operands: [Float32Array.from(boxes.flat()), Float32Array.from(scores)],
      resultSizes: [3 * Math.min(most, boxes.length), 1],
      extras: { scalars: [iou, score] },
      exact: true,
    });
    expect([...selected.slice(3 * count)].every((value) => value === 0)).toBe(true);
    return Array.from({ length: count }, (_, row) => selected[3 * row + 2]);
  }

  // The second covers 90 % of the first, the third touches nothing.
  const BOXES = [
    [0, 0, 1, 1],
    [0, 0.1, 1, 1],
    [0, 10, 1, 11],
  ];

  it('drops what covers a better box', () => {
    expect(suppress(BOXES, [0.9, 0.75, 0.6])).toEqual([0, 2]);
    expect(suppress(BOXES, [0.6, 0.75, 0.9])).toEqual([2, 1]);
    expect(suppress(BOXES, [0.6, 0.75, 0.9], { iou: 0.95 })).toEqual([2, 1, 0]);
    expect(suppress(BOXES, [0.6, 0.75, 0.9], { iou: 0.95, most: 2 })).toEqual([2, 1]);
    expect(suppress(BOXES, [0.6, 0.75, 0.9], { most: 0 })).toEqual([]);
  });

  it('takes corners in any order, and centres', () => {
    const flipped = BOXES.map(([y1, x1, y2, x2], i) => (i === 0 ? [y2, x2, y1, x1] : [y1, x2, y2, x1]));
    expect(suppress(flipped, [0.9, 0.75, 0.6])).toEqual([0, 2]);
    const centers = BOXES.map(([y1, x1, y2, x2]) => [(x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1]);
    expect(suppress(centers, [0.9, 0.75, 0.6], { centerPoint: 1 })).toEqual([0, 2]);
  });

  it('needs more than the thresholds, and takes the first of equal scores', () => {
    const halves = [
      [0, 0, 1, 2],
      [0, 0, 1, 1],
    ];
    expect(suppress(halves, [1, 0.5], { iou: 0.5 })).toEqual([0, 1]);
    expect(suppress(halves, [1, 0.5], { iou: 0.5, score: 0.5 })).toEqual([0]);
    expect(suppress([...halves, ...halves], [1, 1, 1, 1], { most: 4 })).toEqual([0, 1]);
  });

  it('finds no overlap with an empty box', () => {
    const empty = [0, 0, 0, 1];
    expect(suppress([empty, empty, [0, 0, 1, 1]], [3, 2, 1], { iou: 0 })).toEqual([0, 1, 2]);
  });
});

describe('gridSample', () => {
  const LINE = { batch: 1, channels: 1, inputHeight: 1, inputWidth: 4, outputHeight: 1, alignCorners: 0 };
  const [BILINEAR, NEAREST, BICUBIC] = [0, 1, 2];
  const [ZEROS, BORDER, REFLECTION] = [0, 1, 2];

  /** Reads a row of four pixels at positions that count pixels. */
  function sample(
    positions: readonly number[],
    mode: number,
    paddingMode: number,
    more: Partial<GridSampleGeometry> = {},
  ): number[] {
    const geometry = { ...LINE, mode, paddingMode, outputWidth: positions.length, ...more };
    const normalized = positions.map((x) => (geometry.alignCorners === 1 ? (2 * x) / 3 - 1 : (2 * x + 1) / 4 - 1));
    const operands = [Float32Array.of(10, 20, 40, 80), Float32Array.from(normalized.flatMap((x) => [x, 0]))];
    const resultSizes = [positions.length];
    return [...runStepOn(backend, { kind: 'gridSample', geometry, operands, resultSizes, exact: true })[0]];
  }

  it('mixes the pixels around a position', () => {
    expect(sample([0, 0.5, 2.25, 3], BILINEAR, ZEROS)).toEqual([10, 15, 50, 80]);
    expect(sample([0, 1.5, 3], BILINEAR, ZEROS, { alignCorners: 1 })).toEqual([10, 30, 80]);
    // At 1/2 the cubic weights are −3/32, 19/32, 19/32, −3/32.
    expect(sample([1, 1.5], BICUBIC, ZEROS)).toEqual([20, (-3 * 10 + 19 * 20 + 19 * 40 - 3 * 80) / 32]);
  });

  it('takes the even one of two nearest pixels', () => {
    expect(sample([0.5, 1.5, 2.5, 1.25], NEAREST, ZEROS)).toEqual([10, 40, 40, 20]);
  });

  it('continues the image beyond its edges', () => {
    expect(sample([-0.5, -1, 3.25, 9], BILINEAR, ZEROS)).toEqual([5, 0, 60, 0]);
    expect(sample([-0.5, -7, 3.25, 9], BILINEAR, BORDER)).toEqual([10, 10, 80, 80]);
    expect(sample([-1, -2.5, 4, 5, 8, 11], BILINEAR, REFLECTION)).toEqual([10, 30, 80, 40, 10, 80]);
    expect(sample([-1.5, 4.5], BILINEAR, REFLECTION, { alignCorners: 1 })).toEqual([30, 30]);
    expect(sample([4, -1, -2], NEAREST, REFLECTION)).toEqual([80, 10, 20]);
    expect(sample([9, -9], NEAREST, BORDER)).toEqual([80, 10]);
    expect(sample([4, -1, 3], NEAREST, ZEROS)).toEqual([0, 0, 80]);
  });

  it('gives 0 where a coordinate is NaN, and reads nothing for it', () => {
    for (const mode of [BILINEAR, NEAREST, BICUBIC]) {
      for (const padding of [ZEROS, BORDER, REFLECTION]) expect(sample([nan], mode, padding)).toEqual([0]);
      expect(sample([inf, -inf], mode, ZEROS)).toEqual([0, 0]);
      expect(sample([inf, -inf, 1e30], mode, BORDER)).toEqual([80, 10, 80]);
    }
  });

  it('reflects in an image of one pixel', () => {
    const one = { ...LINE, inputWidth: 1, outputWidth: 2, mode: BILINEAR, paddingMode: REFLECTION };
    const operands = [Float32Array.of(7), Float32Array.of(-3, 0, 2, 0)];
    for (const alignCorners of [0, 1]) {
      const geometry = { ...one, alignCorners };
      const [y] = runStepOn(backend, { kind: 'gridSample', geometry, operands, resultSizes: [2], exact: true });
      expect([...y]).toEqual([7, 7]);
    }
  });
});

it('logSoftmax stays finite where the softmax vanishes', () => {
  const geometry = { outer: 1, length: 3, inner: 1 };
  const operands = [Float32Array.of(1000, 0, -1000)];
  const [y] = runStepOn(backend, { kind: 'logSoftmax', geometry, operands, resultSizes: [3], exact: true });
  expect([...y]).toEqual([0, -1000, -2000]);
});

it('normalize does not cancel around a large mean', () => {
  const geometry = { rows: 1, length: 2 };
  const operands = [Float32Array.of(2 ** 23, 2 ** 23 + 1)];
  const extras = { scalars: [0] };
  const [y] = runStepOn(backend, { kind: 'normalize', geometry, operands, resultSizes: [2], extras, exact: true });
  expect([...y]).toEqual([-1, 1]);
});

it('lrn counts one channel more after than before where the size is even', () => {
  const geometry = { outer: 1, channels: 3, inner: 1, size: 2 };
  const operands = [Float32Array.of(1, 2, 4)];
  const extras = { scalars: [2, 1, 1] };
  const [y] = runStepOn(backend, { kind: 'lrn', geometry, operands, resultSizes: [3], extras, exact: true });
  expect([...y]).toEqual([1 / 6, 2 / 21, 4 / 17].map(Math.fround));
});
