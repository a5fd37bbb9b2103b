import fc from 'fast-check';
import {
  BINARY_OPERATIONS,
  type BinaryOperation,
  REDUCE_OPERATIONS,
  type ReduceOperation,
  UNARY_OPERATIONS,
  type UnaryOperation,
} from '../../src/geometry/records.js';
import { type ActivationRecord, IDENTITY } from '../../src/program/step.js';
import type { StepOfKind } from '../support/steps.js';
import { type Draw, draw, extent, upTo } from './draws.js';

type PerAxis<Prefix extends string> = Record<`${Prefix}${0 | 1 | 2 | 3 | 4 | 5}`, number>;

function fields<Prefix extends string>(prefix: Prefix, values: readonly number[]): PerAxis<Prefix> {
  return Object.fromEntries(values.map((value, axis) => [`${prefix}${axis}`, value])) as PerAxis<Prefix>;
}

const product = (sizes: readonly number[]) => sizes.reduce((all, size) => all * size, 1);

/** Six sizes; axes that are not used come first. */
const sizes: fc.Arbitrary<number[]> = fc
  .tuple(fc.array(upTo(4), { maxLength: 5 }), extent)
  .map(([outer, last]) => [...new Array<number>(5 - outer.length).fill(1), ...outer, last]);

/** How an operand lies in memory: which axis after which, and which ones repeat its values. */
interface Layout {
  readonly order: readonly number[];
  readonly repeats: readonly boolean[];
}

const layout: fc.Arbitrary<Layout> = fc.record({
  order: fc.oneof(
    fc.constant([0, 1, 2, 3, 4, 5]),
    fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6, maxLength: 6 }),
  ),
  repeats: fc.oneof(
    fc.constant(new Array<boolean>(6).fill(false)),
    fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
  ),
});

/** Strides of an operand without gaps, and how many values it has. */
function place(shape: readonly number[], { order, repeats }: Layout): { strides: number[]; size: number } {
  const strides = [0, 0, 0, 0, 0, 0];
  let size = 1;
  for (const axis of order.toReversed()) {
    if (repeats[axis]) continue;
    strides[axis] = size;
    size *= shape[axis];
  }
  return { strides, size };
}

/** How an operation is to be compared: its operands, and whether the results are the same to the bit. */
interface UnaryDraw {
  readonly draw: Draw;
  readonly exact: boolean;
}

const SELECTION: UnaryDraw = { draw: 'special', exact: true };
const WITH_SPECIAL: UnaryDraw = { draw: 'special', exact: false };
const WIDE: UnaryDraw = { draw: 'wide', exact: false };

/** Those of which infinities make NaN by one way of writing them, and a limit by another, are drawn without. */
const UNARY_DRAWS: Readonly<Record<UnaryOperation, UnaryDraw>> = {
  affine: SELECTION,
  abs: SELECTION,
  neg: SELECTION,
  reciprocal: WITH_SPECIAL,
  sqrt: WITH_SPECIAL,
  exp: WITH_SPECIAL,
  log: WITH_SPECIAL,
  erf: WITH_SPECIAL,
  floor: SELECTION,
  ceil: SELECTION,
  round: SELECTION,
  truncate: SELECTION,
  sign: SELECTION,
  not: SELECTION,
  nonZero: SELECTION,
  hardSigmoid: WITH_SPECIAL,
  softplus: WITH_SPECIAL,
  softsign: WIDE,
  mish: WIDE,
  selu: WITH_SPECIAL,
  celu: WITH_SPECIAL,
  geluTanh: WIDE,
};

/** Whole numbers, so that an affine operation is exact on whole numbers. */
const parameters = fc.constantFrom([2, -3], [-1, 0], [4, 1]);
const UNARY_PARAMETERS: Partial<Record<UnaryOperation, fc.Arbitrary<number[]>>> = {
  hardSigmoid: fc.constantFrom([0.2, 0.5], [1 / 6, 0.5]),
  selu: fc.constant([1.6732632, 1.050701]),
  celu: fc.constantFrom([1, 0], [2.5, 0]),
};

export function unaryCases(operation: UnaryOperation): fc.Arbitrary<StepOfKind<'unary'>> {
  const { draw: how, exact } = UNARY_DRAWS[operation];
  const halves = exact && operation !== 'affine' ? 2 : 1;
  return fc.tuple(upTo(70), fc.nat(), UNARY_PARAMETERS[operation] ?? parameters).map(([size, seed, scalars]) => ({
    kind: 'unary',
    geometry: { operation: UNARY_OPERATIONS.indexOf(operation), size },
    operands: [draw(how, size, seed).map((value) => value / halves)],
    resultSizes: [size],
    extras: { scalars },
    exact,
  }));
}

const ACTIVATIONS: readonly ActivationRecord[] = [
  { kind: 'relu', alpha: 0, beta: 0 },
  { kind: 'relu6', alpha: 0, beta: 0 },
  { kind: 'sigmoid', alpha: 0, beta: 0 },
  { kind: 'tanh', alpha: 0, beta: 0 },
  { kind: 'silu', alpha: 0, beta: 0 },
  { kind: 'hardSigmoid', alpha: 0, beta: 0 },
  { kind: 'hardSwish', alpha: 0, beta: 0 },
  { kind: 'gelu', alpha: 0, beta: 0 },
  { kind: 'leakyRelu', alpha: 0.125, beta: 0 },
  { kind: 'clip', alpha: -2, beta: 3 },
  { kind: 'elu', alpha: 1.5, beta: 0 },
];

/** Sums and products have an activation after them half of the time. */
const ARITHMETIC: readonly BinaryOperation[] = ['add', 'sub', 'mul'];

function drawOperands(operation: BinaryOperation, counts: readonly [number, number], seed: number): Float32Array[] {
  const [a, b] = counts;
  if (operation === 'pow') return [draw('positive', a, seed), draw('wide', b, seed + 1).map((value) => value / 4)];
  if (operation === 'div') return [draw('special', a, seed), draw('special', b, seed + 1)];
  const whole = operation === 'intDiv' || operation === 'mod';
  if (whole) return [draw('integers', a, seed), draw('integers', b, seed + 1).map((value) => value || 3)];
  return [draw('special', a, seed), draw('special', b, seed + 1)];
}

export function binaryCases(operation: BinaryOperation): fc.Arbitrary<StepOfKind<'binary'>> {
  const canActivate = ARITHMETIC.includes(operation);
  const activations = canActivate
    ? fc.option(fc.constantFrom(...ACTIVATIONS), { nil: IDENTITY })
    : fc.constant(IDENTITY);
  return fc
    .tuple(sizes, layout, layout, fc.nat(), fc.tuple(activations, fc.subarray([0, 1], { maxLength: 1 })))
    .map(([shape, aLayout, bLayout, seed, [activation, constants]]) => {
      const [a, b] = [place(shape, aLayout), place(shape, bLayout)];
      const isPlain = activation === IDENTITY;
      const operands = isPlain
        ? drawOperands(operation, [a.size, b.size], seed)
        : [draw('integers', a.size, seed), draw('integers', b.size, seed + 1)];
      return {
        kind: 'binary',
        geometry: {
          operation: BINARY_OPERATIONS.indexOf(operation),
          ...fields('size', shape),
          ...fields('a', a.strides),
          ...fields('b', b.strides),
        },
        operands,
        resultSizes: [product(shape)],
        extras: { activation },
        constants,
        exact: isPlain && operation !== 'pow' && operation !== 'div',
      };
    });
}

export const whereCases: fc.Arbitrary<StepOfKind<'where'>> = fc
  .tuple(sizes, layout, layout, layout, fc.nat())
  .map(([shape, conditionLayout, aLayout, bLayout, seed]) => {
    const [condition, a, b] = [conditionLayout, aLayout, bLayout].map((own) => place(shape, own));
    return {
      kind: 'where',
      geometry: {
        ...fields('size', shape),
        ...fields('condition', condition.strides),
        ...fields('a', a.strides),
        ...fields('b', b.strides),
      },
      // Zeros and ones, with a few other kinds of truth among them.
      operands: [
        draw('special', condition.size, seed).map((value) => (Math.abs(value) <= 3 ? Math.abs(value) % 2 : value)),
        draw('special', a.size, seed + 1),
        draw('special', b.size, seed + 2),
      ],
      resultSizes: [product(shape)],
      exact: true,
    };
  });

/** Slices with gaps and from the back, repeats and transposes of a tensor without gaps. */
export const stridedCases: fc.Arbitrary<StepOfKind<'strided'>> = fc
  .tuple(
    sizes,
    layout,
    fc.array(fc.constantFrom(1, 1, 2, 3), { minLength: 6, maxLength: 6 }),
    fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
    fc.tuple(upTo(3, 0), fc.nat()),
  )
  .map(([shape, own, gaps, backwards, [before, seed]]) => {
    const { strides: whole, size } = place(
      shape.map((count, axis) => (count - 1) * gaps[axis] + 1),
      own,
    );
    const strides = whole.map((stride, axis) => (backwards[axis] ? -1 : 1) * gaps[axis] * stride);
    const offset = strides.reduce((sum, stride, axis) => sum - Math.min(0, stride) * (shape[axis] - 1), before);
    return {
      kind: 'strided',
      // A backward axis of stride 0 is none, and has no sign either.
      geometry: {
        offset,
        ...fields('size', shape),
        ...fields(
          'stride',
          strides.map((stride) => stride || 0),
        ),
      },
      operands: [draw('special', before + size, seed)],
      resultSizes: [product(shape)],
      exact: true,
    };
  });

export const concatCases: fc.Arbitrary<StepOfKind<'concat'>> = fc
  .tuple(upTo(4), extent, fc.array(upTo(6), { minLength: 1, maxLength: 6 }), fc.nat())
  .map(([outer, inner, lengths, seed]) => ({
    kind: 'concat',
    geometry: { outer, inner },
    operands: lengths.map((length, i) => draw('special', outer * length * inner, seed + i)),
    resultSizes: [outer * lengths.reduce((sum, length) => sum + length, 0) * inner],
    constants: seed % 2 === 0 ? [0] : [],
    exact: true,
  }));

/** Whole numbers up to 2, whose product is a power of two: exact however many there are. */
const twos = (values: Float32Array) => values.map((value) => Math.sign(value) * (Math.abs(value) > 2 ? 2 : 1));

export function reduceCases(operation: ReduceOperation): fc.Arbitrary<StepOfKind<'reduce'>> {
  const drawn: Record<string, (count: number, seed: number) => Float32Array> = {
    sum: (count, seed) => draw('special', count, seed),
    mean: (count, seed) => draw('integers', count, seed),
    prod: (count, seed) => twos(draw('integers', count, seed)),
  };
  return fc.tuple(upTo(4), extent, extent, fc.nat()).map(([outer, length, inner, seed]) => ({
    kind: 'reduce',
    geometry: { operation: REDUCE_OPERATIONS.indexOf(operation), outer, length, inner },
    operands: [(drawn[operation] ?? drawn.sum)(outer * length * inner, seed)],
    resultSizes: [outer * inner],
    exact: operation !== 'mean',
  }));
}

export const convertCases: fc.Arbitrary<StepOfKind<'convert'>> = fc
  .tuple(upTo(70), fc.nat(), fc.boolean())
  .map(([size, seed, fromIntegers]) => {
    const values = draw('integers', size, seed).map((value) => value * 1000.5);
    return {
      kind: 'convert',
      geometry: { size },
      operands: [fromIntegers ? Int32Array.from(values) : values],
      resultSizes: [size],
      resultType: fromIntegers ? 'float32' : 'int32',
      exact: true,
    };
  });
