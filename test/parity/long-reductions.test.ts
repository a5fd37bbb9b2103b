import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/backend/backend.js';
import { loadNativeBackend } from '../../src/backend/native.js';
import { createTypeScriptBackend } from '../../src/backend/typescript/backend.js';
import { REDUCE_OPERATIONS } from '../../src/geometry/records.js';
import { assertBackendTook, WANTED } from '../support/backend.js';
import { drawValues } from '../support/random.js';
import { stepReference } from '../support/reference/steps.js';
import { call } from '../support/run.js';
import { runStepOn, type StepCase } from '../support/steps.js';

assertBackendTook();

const TOLERANCE = 5e-6;

const backend: Backend = WANTED.backend === 'native' ? loadNativeBackend() : createTypeScriptBackend();

/** All of one sign: a sum's magnitude is that of its terms. */
const DATA = {
  constant: (count: number) => new Float32Array(count).fill(1.1),
  positive: (count: number) => drawValues(count, 3, { positive: true }),
} as const;

function expectNear(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < actual.length; i++) {
    expect(Math.abs(actual[i]! - expected[i]!)).toBeLessThanOrEqual(TOLERANCE * Math.abs(expected[i]!));
  }
}

/** Each of two outputs a weighted sum of `taps` values. */
function resample(x: Float32Array, taps: number, inner: number): StepCase {
  const length = x.length / inner;
  return {
    kind: 'resample',
    geometry: { outer: 1, length, inner, outputLength: 2, taps },
    operands: [
      x,
      Float32Array.from({ length: 2 * taps }, (_, i) => i % length),
      new Float32Array(2 * taps).fill(0.7),
      undefined,
    ],
    resultSizes: [2 * inner],
    constants: [1, 2],
    exact: false,
  };
}

function reduce(x: Float32Array, operation: 'sum' | 'mean', outer: number, inner: number): StepCase {
  return {
    kind: 'reduce',
    geometry: { operation: REDUCE_OPERATIONS.indexOf(operation), outer, length: x.length / outer / inner, inner },
    operands: [x],
    resultSizes: [outer * inner],
    exact: false,
  };
}

function lrn(x: Float32Array, channels: number): StepCase {
  const geometry = { outer: 1, channels, inner: x.length / channels, size: 2 * channels };
  const extras = { scalars: [2, 0.75, 1e-3] };
  return { kind: 'lrn', geometry, operands: [x], resultSizes: [x.length], extras, exact: false };
}

describe.each(Object.entries(DATA))('of %s data', (_kind, draw) => {
  test.each([255, 257, 1000, 40_000])('weighted sums of %i values', (taps) => {
    for (const inner of [1, 3, 17]) {
      const step = resample(draw(1000 * inner), taps, inner);
      expectNear(runStepOn(backend, step)[0]!, stepReference(step)[0]!);
    }
  });

  test.each([1, 7, 70])('sums and means of long lines, %i side by side', (inner) => {
    for (const operation of ['sum', 'mean'] as const) {
      const step = reduce(draw(2 * 7001 * 70), operation, 2, inner);
      expectNear(runStepOn(backend, step)[0]!, stepReference(step)[0]!);
    }
  });

  test('squares of thousands of channels', () => {
    const step = lrn(draw(3000 * 5), 3000);
    expectNear(runStepOn(backend, step)[0]!, stepReference(step)[0]!);
  });

  test('thousands of overlapping windows', () => {
    const [size, kernel] = [70, 35];
    const windows = (size - kernel + 1) ** 2;
    const columns = draw(kernel * kernel * windows);
    const expected = new Float64Array(size * size);
    for (let tap = 0; tap < kernel * kernel; tap++) {
      for (let window = 0; window < windows; window++) {
        const row = Math.floor(window / 36) + Math.floor(tap / kernel);
        expected[row * size + (window % 36) + (tap % kernel)]! += columns[tap * windows + window]!;
      }
    }
    const shape = [1, kernel * kernel, windows];
    expectNear(call('col2im', [{ data: columns, shape }, size, kernel]).values, expected);
  });

  test.each([
    ['globalAvgPool2d', [], 1003, 997],
    ['avgPool2d', [[1000, 990]], 1003, 997],
    ['avgPool2d', [[40, 50]], 41, 53],
    ['adaptiveAvgPool2d', [[2, 3]], 1003, 997],
  ] as const)('%s of %j', (operator, parameters, height, width) => {
    const data = draw(2 * height * width);
    const { shape, values } = call(operator, [{ data, shape: [1, 2, height, width] }, ...parameters]);
    const [, , rows = 1, columns = 1] = shape;
    const adaptive = operator === 'adaptiveAvgPool2d';
    const [kernelHeight, kernelWidth] = parameters.length === 0 ? [height, width] : parameters[0];
    const at = (i: number, outputs: number, size: number) => Math.floor((i * size) / outputs);
    const end = (i: number, outputs: number, size: number) => Math.ceil(((i + 1) * size) / outputs);
    // The last window of the second plane.
    const top = adaptive ? at(rows - 1, rows, height) : (rows - 1) * kernelHeight;
    const left = adaptive ? at(columns - 1, columns, width) : (columns - 1) * kernelWidth;
    const bottom = adaptive ? end(rows - 1, rows, height) : top + kernelHeight;
    const right = adaptive ? end(columns - 1, columns, width) : left + kernelWidth;
    let sum = 0;
    for (let h = top; h < bottom; h++) for (let w = left; w < right; w++) sum += data[(height + h) * width + w]!;
    expectNear([values.at(-1)!], [sum / ((bottom - top) * (right - left))]);
  });

  test('the sum of a softmax', () => {
    const data = new Float32Array(1_000_003).fill(draw(1)[0]!);
    expectNear([call('softmax', [{ data, shape: [1, data.length] }, -1]).values[7]!], [1 / data.length]);
  });
});
