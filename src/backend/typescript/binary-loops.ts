import type { BinaryOperation } from '../../geometry/records.js';

/** The arrays of a binary step, and how far apart the values of a row are in them; y is dense. */
export interface BinaryRow {
  readonly a: Float32Array;
  readonly b: Float32Array;
  readonly y: Float32Array;
  readonly aStep: number;
  readonly bStep: number;
  readonly length: number;
}

type BinaryLoop = (row: BinaryRow, aStart: number, bStart: number, yStart: number) => void;

// Arithmetic has a loop for each operation: in the shared one below, the call of a function costs more than it does.

const add: BinaryLoop = ({ a, b, y, aStep, bStep, length }, aStart, bStart, yStart) => {
  const end = yStart + length;
  for (let k = yStart, i = aStart, j = bStart; k < end; k++, i += aStep, j += bStep) y[k] = a[i] + b[j];
};

const sub: BinaryLoop = ({ a, b, y, aStep, bStep, length }, aStart, bStart, yStart) => {
  const end = yStart + length;
  for (let k = yStart, i = aStart, j = bStart; k < end; k++, i += aStep, j += bStep) y[k] = a[i] - b[j];
};

const mul: BinaryLoop = ({ a, b, y, aStep, bStep, length }, aStart, bStart, yStart) => {
  const end = yStart + length;
  for (let k = yStart, i = aStart, j = bStart; k < end; k++, i += aStep, j += bStep) y[k] = a[i] * b[j];
};

const div: BinaryLoop = ({ a, b, y, aStep, bStep, length }, aStart, bStart, yStart) => {
  const end = yStart + length;
  for (let k = yStart, i = aStart, j = bStart; k < end; k++, i += aStep, j += bStep) y[k] = a[i] / b[j];
};

function each(f: (a: number, b: number) => number): BinaryLoop {
  return ({ a, b, y, aStep, bStep, length }, aStart, bStart, yStart) => {
    const end = yStart + length;
    for (let k = yStart, i = aStart, j = bStart; k < end; k++, i += aStep, j += bStep) y[k] = f(a[i], b[j]);
  };
}

/** C's and Python's power, where 1 to any power is 1 and −1 to an infinite one too; JavaScript makes NaN of those. */
function pow(a: number, b: number): number {
  if (a === 1 || (a === -1 && Math.abs(b) === Number.POSITIVE_INFINITY)) return 1;
  return a ** b;
}

/** The remainder whose sign is the divisor's. A whole number's 0 has none. */
function mod(a: number, b: number): number {
  const remainder = a % b;
  if (remainder === 0) return 0;
  return remainder < 0 !== b < 0 ? remainder + b : remainder;
}

export const BINARY_LOOPS: Readonly<Record<BinaryOperation, BinaryLoop>> = {
  add,
  sub,
  mul,
  div,
  max: each(Math.max),
  min: each(Math.min),
  pow: each(pow),
  intDiv: each((a, b) => Math.trunc(a / b)),
  mod: each(mod),
  equal: each((a, b) => (a === b ? 1 : 0)),
  less: each((a, b) => (a < b ? 1 : 0)),
  lessOrEqual: each((a, b) => (a <= b ? 1 : 0)),
  greater: each((a, b) => (a > b ? 1 : 0)),
  greaterOrEqual: each((a, b) => (a >= b ? 1 : 0)),
  and: each((a, b) => (a !== 0 && b !== 0 ? 1 : 0)),
  or: each((a, b) => (a !== 0 || b !== 0 ? 1 : 0)),
  xor: each((a, b) => ((a !== 0) !== (b !== 0) ? 1 : 0)),
  prelu: each((a, b) => (a < 0 ? a * b : a)),
  fmod: each((a, b) => a % b),
};
