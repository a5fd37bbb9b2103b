import { describe, expect, it } from 'vitest';
import {
  BINARY_OPERATIONS,
  type BinaryOperation,
  REDUCE_OPERATIONS,
  type ReduceOperation,
  UNARY_OPERATIONS,
  type UnaryOperation,
} from '../../../src/geometry/records.js';
import { type ActivationKind, IDENTITY } from '../../../src/program/step.js';
import { runStepOn } from '../../support/steps.js';
import { backend } from './support.js';

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

function unary(operation: UnaryOperation, x: readonly number[], scalars = [0, 0]): number[] {
  const geometry = { operation: UNARY_OPERATIONS.indexOf(operation), size: x.length };
  const operands = [Float32Array.from(x)];
  const [y] = runStepOn(backend, {
    kind: 'unary',
    geometry,
    operands,
    resultSizes: [x.length],
    extras: { scalars },
    exact: true,
  });
  return [...y];
}

/** Shapes of two axes with the strides of both operands along them. */
interface Broadcast {
  readonly shape: readonly [number, number];
  readonly aStrides: readonly [number, number];
  readonly bStrides: readonly [number, number];
}

function axes<Prefix extends string>(prefix: Prefix, fill: number, [outer, inner]: readonly [number, number]) {
  const values = [fill, fill, fill, fill, outer, inner];
  return Object.fromEntries(values.map((value, axis) => [`${prefix}${axis}`, value])) as Record<
    `${Prefix}${0 | 1 | 2 | 3 | 4 | 5}`,
    number
  >;
}

function binary(
  operation: BinaryOperation,
  a: readonly number[],
  b: readonly number[],
  broadcast: Broadcast = { shape: [1, a.length], aStrides: [0, 1], bStrides: [0, 1] },
  activation = IDENTITY,
): number[] {
  const { shape, aStrides, bStrides } = broadcast;
  const [y] = runStepOn(backend, {
    kind: 'binary',
    geometry: {
      operation: BINARY_OPERATIONS.indexOf(operation),
      ...axes('size', 1, shape),
      ...axes('a', 0, aStrides),
      ...axes('b', 0, bStrides),
    },
    operands: [Float32Array.from(a), Float32Array.from(b)],
    resultSizes: [shape[0] * shape[1]],
    extras: { activation },
    exact: true,
  });
  return [...y];
}

function reduce(operation: ReduceOperation, x: readonly number[]): number {
  const geometry = { operation: REDUCE_OPERATIONS.indexOf(operation), outer: 1, length: x.length, inner: 1 };
  const operands = [Float32Array.from(x)];
  return runStepOn(backend, { kind: 'reduce', geometry, operands, resultSizes: [1], exact: true })[0][0];
}

describe('unary', () => {
  it('rounds halves to even and keeps the sign of zero', () => {
    expect(unary('round', [0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 0.49999997, 2 ** 23 + 1])).toEqual([
      0,
      2,
      2,
      -0,
      -2,
      -2,
      0,
      2 ** 23 + 1,
    ]);
    expect(unary('truncate', [1.9, -1.9, -0.5])).toEqual([1, -1, -0]);
    expect(unary('sign', [-3, -0, 0, 7, nan])).toEqual([-1, -0, 0, 1, nan]);
  });

  it('takes any value but 0 for true, NaN too', () => {
    expect(unary('not', [0, -0, 1, -2, nan, inf])).toEqual([1, 1, 0, 0, 0, 0]);
    expect(unary('nonZero', [0, -0, 1, -2, nan, inf])).toEqual([0, 0, 1, 1, 1, 1]);
  });

  it('does not overflow on the way to a finite result', () => {
    expect(unary('softplus', [100, -200, inf, -inf, nan])).toEqual([100, 0, inf, 0, nan]);
    expect(unary('mish', [100, -200])).toEqual([100, -0]);
    expect(unary('celu', [100, -1000, inf, -inf], [2, 0])).toEqual([100, -2, inf, -2]);
    expect(unary('selu', [inf, -inf], [1.5, 2])).toEqual([inf, -3]);
    expect(unary('geluTanh', [1e13, -1e13])).toEqual([Math.fround(1e13), -0]);
  });

  it('keeps what is tiny where the function is nearly linear', () => {
    for (const operation of ['erf', 'celu'] as const) {
      const [y] = unary(operation, [-1e-20], [1, 0]);
      const slope = operation === 'erf' ? 2 / Math.sqrt(Math.PI) : 1;
      expect(y).toBeCloseTo(-1e-20 * slope, 25);
      expect(y).toBeLessThan(0);
    }
  });

  it.each(UNARY_OPERATIONS.filter((operation) => operation !== 'not' && operation !== 'nonZero'))(
    '%s keeps NaN',
    (operation) => {
      expect(unary(operation, [nan], [1, 1])).toEqual([nan]);
    },
  );
});

describe('binary', () => {
  it('divides whole numbers towards zero', () => {
    expect(binary('intDiv', [7, -7, 7, -7, 0], [2, 2, -2, -2, 5])).toEqual([3, -3, -3, 3, 0]);
  });

  it('gives remainders the sign of the divisor', () => {
    expect(binary('mod', [7, -7, 7, -7, 6, -6, 5.5], [3, 3, -3, -3, 3, -3, 2])).toEqual([1, 2, -2, -1, 0, 0, 1.5]);
  });

  it('knows the powers of which JavaScript makes NaN', () => {
    expect(binary('pow', [1, 1, -1, -1, 2, nan], [nan, inf, inf, -inf, 3, 0])).toEqual([1, 1, 1, 1, 8, 1]);
  });

  it('has NaN where either operand is, and no order for it', () => {
    const [a, b] = [
      [nan, 1, 2],
      [1, nan, 1],
    ];
    expect(binary('max', a, b)).toEqual([nan, nan, 2]);
    expect(binary('min', a, b)).toEqual([nan, nan, 1]);
    for (const operation of ['less', 'lessOrEqual', 'equal'] as const)
      expect(binary(operation, a, b)).toEqual([0, 0, 0]);
    expect(binary('greaterOrEqual', a, b)).toEqual([0, 0, 1]);
  });

  it('takes any value but 0 for true', () => {
    const [a, b] = [
      [0, -0, nan, 2, -1],
      [0, 3, 0, nan, 5],
    ];
    expect(binary('and', a, b)).toEqual([0, 0, 0, 1, 1]);
    expect(binary('or', a, b)).toEqual([0, 1, 1, 1, 1]);
    expect(binary('xor', a, b)).toEqual([0, 1, 1, 0, 0]);
  });

  it('repeats a column and a row', () => {
    const outerProduct: Broadcast = { shape: [3, 2], aStrides: [1, 0], bStrides: [0, 1] };
    expect(binary('mul', [1, 2, 3], [10, 20], outerProduct)).toEqual([10, 20, 20, 40, 30, 60]);
    const transposed: Broadcast = { shape: [2, 3], aStrides: [1, 2], bStrides: [0, 0] };
    expect(binary('sub', [1, 2, 3, 4, 5, 6], [1], transposed)).toEqual([0, 2, 4, 1, 3, 5]);
  });

  it('applies its activation last', () => {
    const alone = (kind: ActivationKind, alpha = 0, beta = 0) =>
      binary('add', [1, -5, nan], [2, 1, 1], undefined, { kind, alpha, beta });
    expect(alone('relu')).toEqual([3, 0, nan]);
    expect(alone('clip', -1, 2)).toEqual([2, -1, nan]);
    expect(alone('leakyRelu', 0.5)).toEqual([3, -2, nan]);
  });

  it('activates more values than go through at a time', () => {
    const a = Array.from({ length: 2500 }, (_, i) => i - 1250);
    const relu = { kind: 'relu', alpha: 0, beta: 0 } as const;
    expect(binary('sub', a, [1], { shape: [1, 2500], aStrides: [0, 1], bStrides: [0, 0] }, relu)).toEqual(
      a.map((value) => Math.max(0, value - 1)),
    );
  });

  it('writes nothing for empty shapes', () => {
    expect(binary('add', [], [1], { shape: [0, 3], aStrides: [3, 1], bStrides: [0, 0] })).toEqual([]);
    expect(binary('add', [], [1], { shape: [3, 0], aStrides: [0, 1], bStrides: [0, 0] })).toEqual([]);
  });
});

describe('strided', () => {
  it('reads backwards, with gaps, and again and again', () => {
    const strided = (offset: number, shape: readonly [number, number], strides: readonly [number, number]) => {
      const geometry = { offset, ...axes('size', 1, shape), ...axes('stride', 0, strides) };
      const operands = [Float32Array.of(0, 1, 2, 3, 4, 5)];
      const resultSizes = [shape[0] * shape[1]];
      return [...runStepOn(backend, { kind: 'strided', geometry, operands, resultSizes, exact: true })[0]];
    };
    expect(strided(5, [1, 6], [0, -1])).toEqual([5, 4, 3, 2, 1, 0]);
    expect(strided(3, [2, 2], [-3, 2])).toEqual([3, 5, 0, 2]);
    expect(strided(2, [3, 2], [0, 1])).toEqual([2, 3, 2, 3, 2, 3]);
    expect(strided(0, [3, 2], [1, 3])).toEqual([0, 3, 1, 4, 2, 5]);
  });
});

describe('reduce', () => {
  it('finds NaN and the places of extremes', () => {
    const line = [3, 1, nan, 3, 1, nan, 2];
    expect(reduce('max', line)).toBeNaN();
    expect(reduce('min', line)).toBeNaN();
    expect(reduce('argMax', line)).toBe(2);
    expect(reduce('argMaxLast', line)).toBe(5);
    expect(reduce('argMin', line)).toBe(2);
    expect(reduce('argMinLast', line)).toBe(5);
    expect(reduce('argMax', [1, 3, 3, 2])).toBe(1);
    expect(reduce('argMaxLast', [1, 3, 3, 2])).toBe(2);
  });

  it('does not lose small terms in a large sum', () => {
    expect(reduce('sum', [2 ** 24, 1, 1, 1, 1])).toBe(2 ** 24 + 4);
    expect(reduce('mean', [inf, -inf])).toBeNaN();
    expect(reduce('prod', [3])).toBe(3);
  });
});

describe('convert', () => {
  it('drops fractions on the way to int32', () => {
    const operands = [Float32Array.of(1.9, -1.9, 5, -0.5)];
    const [y] = runStepOn(backend, {
      kind: 'convert',
      geometry: { size: 4 },
      operands,
      resultSizes: [4],
      resultType: 'int32',
      exact: true,
    });
    expect([...y]).toEqual([1, -1, 5, 0]);
  });
});
