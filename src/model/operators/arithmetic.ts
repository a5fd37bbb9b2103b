import type { BinaryOperation, UnaryOperation } from '../../geometry/records.js';
import { binary, unary, where } from '../specialise/general.js';
import type { Lowering, NodeContext } from '../specialise/node-context.js';
import { emptyValue, isInteger, isKnown, knownValue, reshaped, type Value } from '../specialise/value.js';

/** Two operands that broadcast. Before opset 7 they did so along an `axis`, which no file of 7 or later has. */
function pair(operation: BinaryOperation): Lowering {
  return (node) => binary(node, operation, node.input(0), node.input(1));
}

export const add = pair('add');
export const subtract = pair('sub');
export const multiply = pair('mul');

export const divide: Lowering = (node) => {
  const [a, b] = [node.input(0), node.input(1)];
  if (!isInteger(a.type)) return binary(node, 'div', a, b);
  return whereDivided(node, b, binary(node, 'intDiv', a, b));
};

/** No whole number is a number divided by 0: as in NumPy it is 0. */
function whereDivided(node: NodeContext, divisor: Value, result: Value): Value {
  if (isKnown(divisor) && !divisor.known.includes(0)) return result;
  return where(node, binary(node, 'equal', divisor, zero(divisor.type), 'bool'), zero(result.type), result);
}

function zero(type: Value['type']): Value {
  return knownValue(Float64Array.of(0), [], type);
}

export const power: Lowering = (node) => {
  const [a, b] = [node.input(0), node.input(1)];
  const y = binary(node, 'pow', a, b);
  return isInteger(a.type) ? unary(node, 'truncate', y) : y;
};

/** The remainder has the divisor's sign, or with fmod the dividend's. */
export const modulo: Lowering = (node) => {
  const [a, b] = [node.input(0), node.input(1)];
  const keepsSign = node.int('fmod', 0) !== 0;
  if (!isInteger(a.type)) return binary(node, keepsSign ? 'fmod' : 'mod', a, b);
  if (!keepsSign) return whereDivided(node, b, binary(node, 'mod', a, b));
  // Exact for whole numbers, and unlike C's fmod never minus zero.
  const multiple = binary(node, 'mul', binary(node, 'intDiv', a, b), b);
  return whereDivided(node, b, binary(node, 'sub', a, multiple));
};

function comparison(operation: BinaryOperation): Lowering {
  return (node) => binary(node, operation, node.input(0), node.input(1), 'bool');
}

export const equal = comparison('equal');
export const less = comparison('less');
export const lessOrEqual = comparison('lessOrEqual');
export const greater = comparison('greater');
export const greaterOrEqual = comparison('greaterOrEqual');
export const and = comparison('and');
export const or = comparison('or');
export const xor = comparison('xor');
export const not: Lowering = (node) => unary(node, 'not', node.input(0), { type: 'bool' });

/** Any number of operands, one after another. */
function fold(operation: BinaryOperation): Lowering {
  return (node) => foldAll(node, operation);
}

function foldAll(node: NodeContext, operation: BinaryOperation): Value {
  const [first, ...others] = node.inputs();
  if (first === undefined) node.fail('needs at least one input');
  return others.reduce((left, right) => binary(node, operation, left, right), first);
}

export const sum = fold('add');
export const maximum = fold('max');
export const minimum = fold('min');
export const mean: Lowering = (node) => {
  const total = foldAll(node, 'add');
  const count = knownValue(Float64Array.of(node.inputCount), [], total.type);
  if (isInteger(total.type)) return binary(node, 'intDiv', total, count);
  return node.inputCount === 1 ? total : unary(node, 'affine', total, { alpha: 1 / node.inputCount });
};

/** Of whole numbers these are what they were. */
function rounding(operation: UnaryOperation): Lowering {
  return (node) => (isInteger(node.input(0).type) ? node.input(0) : unary(node, operation, node.input(0)));
}

export const floor = rounding('floor');
export const ceil = rounding('ceil');
export const round = rounding('round');

export const select: Lowering = (node) => where(node, node.input(0), node.input(1), node.input(2));

/** Whole numbers and truth values are floats to a program, so that only some casts change a number. */
export const cast: Lowering = (node) => {
  const x = node.input(0);
  const type = elementTypeOf(node);
  if (type === 'bool') return x.type === 'bool' ? x : unary(node, 'nonZero', x, { type });
  const truncates = isInteger(type) && !isInteger(x.type) && x.type !== 'bool';
  return truncates ? unary(node, 'truncate', x, { type }) : reshaped(x, x.shape, type);
};

/** TensorProto.DataType, as far as a program knows it. */
const TYPE_NUMBERS = new Map<number, Value['type']>([
  [1, 'float32'],
  [2, 'uint8'],
  [3, 'int8'],
  [4, 'uint16'],
  [5, 'int16'],
  [6, 'int32'],
  [7, 'int64'],
  [9, 'bool'],
  [10, 'float16'],
  [11, 'float64'],
  [12, 'uint32'],
  [13, 'uint64'],
  [16, 'bfloat16'],
]);

function elementTypeOf(node: NodeContext): Value['type'] {
  const number = node.int('to', 0);
  return TYPE_NUMBERS.get(number) ?? node.fail(`casts to data type ${number} are not supported`);
}

/** start, start + delta, … below limit. Which numbers there are decides the shape, so they must be known. */
export const range: Lowering = (node) => {
  const [start = 0, limit = 0, delta = 1] = [node.scalar(0), node.scalar(1), node.scalar(2)];
  if (delta === 0) node.fail('delta must not be 0');
  const count = Math.max(0, Math.ceil((limit - start) / delta));
  if (!Number.isFinite(start) || !Number.isFinite(count)) {
    node.fail(`from ${start} to ${limit} by ${delta} there is no list of numbers`);
  }
  const { type } = node.input(0);
  if (count === 0) return emptyValue([0], type);
  node.checkTable(count, `the list from ${start} to ${limit} by ${delta}`);
  const numbers = new Float64Array(count);
  for (let i = 0; i < count; i++) numbers[i] = start + i * delta;
  return knownValue(numbers, [count], type);
};
