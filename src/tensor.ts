import { ArgumentError, ShapeError } from './errors.js';
import { elementCount, formatShape, readShape, type Shape } from './shape.js';
import { describe, isPromise, typedArrayKind } from './values.js';
import { float32Copy, zeros } from './zeros.js';

/** Numbers in nested arrays, one level an axis; a bare number is a tensor without axes. */
export type NestedNumbers = number | NestedNumbers[];

/** What every operator takes: a Tensor, or anything with its data and shape, such as an onnxruntime tensor. */
export type TensorLike =
  | Tensor
  | {
      /** The elements, the last axis fastest. */
      readonly data: Float32Array;
      /** Sizes of the axes, from the outermost. */
      readonly shape: Shape;
    }
  | {
      /** The elements, the last axis fastest. */
      readonly data: Float32Array;
      /** The same as `shape`, by onnxruntime's name. */
      readonly dims: Shape;
    };

/** Of a tensor that is printed. */
const SHOWN_VALUES = 6;

/** Nesting beyond this is a mistake, or an array that contains itself. */
const MAX_DEPTH = 32;

/**
 * A dense, row-major float32 tensor over a Float32Array that it does not copy.
 *
 * @example
 * const x = new Tensor(new Float32Array(3 * 32 * 32), [3, 32, 32]);
 */
export class Tensor {
  /** The elements, the last axis fastest; shared with who made the tensor. */
  readonly data: Float32Array;
  /** Sizes of the axes, from the outermost. */
  readonly shape: Shape;

  /**
   * @param data Exactly as many values as `shape` has elements; shared, not copied.
   * @throws ShapeError where the product of `shape` is not `data.length`.
   * @throws ArgumentError where `data` is no Float32Array, or its buffer can be resized.
   */
  constructor(data: Float32Array, shape: Shape) {
    this.shape = readShape(shape, 'Tensor');
    checkData(data, this.shape, 'Tensor');
    this.data = data;
  }

  /** Number of elements. */
  get size(): number {
    return this.data.length;
  }

  /**
   * A new tensor of zeros.
   *
   * @throws ShapeError where `shape` holds anything but sizes, or has more than 2^31 − 1 elements; NativeError where there is no
   * memory for them.
   */
  static zeros(shape: Shape): Tensor {
    const checked = readShape(shape, 'Tensor.zeros');
    return new Tensor(zeros('Tensor.zeros', elementCount(checked, 'Tensor.zeros')), checked);
  }

  /**
   * Copies numbers into a new tensor; without `shape`, nesting gives the shape.
   *
   * @throws ShapeError where rows differ in length or `shape` does not fit.
   * @example
   * Tensor.from([[1, 2], [3, 4]]);
   * Tensor.from([1, 2, 3, 4], [2, 2]);
   */
  static from(values: NestedNumbers | ArrayLike<number>, shape?: Shape): Tensor {
    const flat: number[] | Float32Array = [];
    const kind = typedArrayKind(values);
    const natural = kind === undefined ? flatten(values, flat) : [(values as ArrayLike<number>).length];
    if (kind?.startsWith('Big')) {
      throw new ArgumentError(`Tensor.from: values must be numbers, but got a ${kind}`);
    }
    const data = float32Copy('Tensor.from', kind === undefined ? flat : (values as ArrayLike<number>));
    return new Tensor(data, shape ?? natural);
  }

  /**
   * The same data under another shape; one size may be −1 and follows from the others.
   *
   * @throws ShapeError where the number of elements would change.
   */
  reshape(shape: Shape): Tensor {
    return new Tensor(this.data, inferShape(shape, this));
  }

  /** The shape and the first values: short, however large the tensor. console.log shows the same in Node. */
  toString(): string {
    const shown = Array.from(this.data.subarray(0, SHOWN_VALUES), (value) => String(Number(value.toPrecision(6))));
    const left = this.data.length - shown.length;
    const values = left > 0 ? [...shown, `… ${left} more`] : shown;
    return `Tensor ${formatShape(this.shape)} ${values.length === 0 ? '{}' : `{ ${values.join(', ')} }`}`;
  }

  /** The values in nested arrays, one level an axis. */
  toNested(): NestedNumbers {
    let next = 0;
    const nest = (axis: number): NestedNumbers =>
      axis === this.shape.length
        ? (this.data[next++] as number)
        : Array.from({ length: this.shape[axis] }, () => nest(axis + 1));
    return nest(0);
  }
}

/** What node:util calls this symbol; by its name, so that nothing of Node is imported for it. */
Object.defineProperty(Tensor.prototype, Symbol.for('nodejs.util.inspect.custom'), {
  value(this: Tensor) {
    return this.data === undefined ? 'Tensor {}' : this.toString();
  },
  configurable: true,
  writable: true,
});

function flatten(values: unknown, into: number[], depth = 0): number[] {
  if (typeof values === 'number') {
    into.push(values);
    return [];
  }
  if (!isArrayLike(values) || depth === MAX_DEPTH) {
    throw new ArgumentError(
      `Tensor.from: values must be numbers or nested arrays of them, but got ${describe(values)}`,
    );
  }
  let inner: number[] | undefined;
  for (let i = 0; i < values.length; i++) {
    const shape = flatten(values[i], into, depth + 1);
    if (inner !== undefined && formatShape(inner) !== formatShape(shape)) {
      throw new ShapeError(`Tensor.from: rows differ in shape, ${formatShape(inner)} and ${formatShape(shape)}`);
    }
    inner ??= shape;
  }
  return [values.length, ...(inner ?? [])];
}

function isArrayLike(value: unknown): value is ArrayLike<unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const length: unknown = (value as { length?: unknown }).length;
  return Number.isSafeInteger(length) && (length as number) >= 0;
}

function inferShape(shape: Shape, tensor: Tensor): Shape {
  const free = Array.isArray(shape) ? shape.indexOf(-1) : -1;
  if (free === -1) return shape;
  const others = readShape(shape.toSpliced(free, 1), 'Tensor.reshape');
  const known = elementCount(others, 'Tensor.reshape');
  const inferred = tensor.size / known;
  if (!Number.isInteger(inferred)) {
    throw new ShapeError(
      `Tensor.reshape: shape ${formatShape(shape)} is invalid for ${tensor.size} elements of shape ${formatShape(tensor.shape)}`,
    );
  }
  return shape.with(free, inferred);
}

/**
 * Reads an operand of an operator.
 *
 * @param context The operator and argument, e.g. `conv2d: weight`.
 * @throws ArgumentError where `value` is no tensor over a fixed-length Float32Array; ShapeError where data and
 * shape disagree.
 */
export function coerceTensor(value: unknown, context: string): Tensor {
  if (!isRecord(value)) {
    throw new ArgumentError(
      `${context} must be a Tensor or { data: Float32Array, shape }, but got ${describe(value)}; Tensor.from() makes one of plain numbers`,
    );
  }
  const { data, shape, dims } = value as { data?: unknown; shape?: unknown; dims?: unknown };
  if (value instanceof Tensor) {
    checkData(data, value.shape, context);
    return value;
  }
  if (data === undefined || (shape ?? dims) === undefined) {
    throw new ArgumentError(
      `${context} must be a Tensor or { data: Float32Array, shape }, but got ${describe(value)} without ${data === undefined ? 'data' : 'shape'}${listKeys(value)}`,
    );
  }
  const checked = readShape(shape ?? dims, context);
  checkData(data, checked, context);
  return new Tensor(data, checked);
}

/** Neither an array nor a promise, which are mistakes of their own. */
function isRecord(value: unknown): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !isPromise(value) &&
    typedArrayKind(value) === undefined
  );
}

/** Of an object of results, say, one of which was meant. */
function listKeys(value: object): string {
  if ('width' in value && 'height' in value) return '; toTensor() of convkit/image makes one of an image';
  const keys = Object.keys(value).slice(0, 4);
  return keys.length === 0 ? '' : `; it has ${keys.map((key) => `'${key}'`).join(', ')}`;
}

function remedy(data: unknown): string {
  const kind = typedArrayKind(data);
  if (kind?.startsWith('Big')) return '; Float32Array.from(data, Number) makes one';
  return kind !== undefined || Array.isArray(data) ? '; Float32Array.from(data) makes one' : '';
}

function checkData(data: unknown, shape: Shape, context: string): asserts data is Float32Array {
  if (typedArrayKind(data) !== 'Float32Array') {
    throw new ArgumentError(`${context}: data must be a Float32Array, but got ${describe(data)}${remedy(data)}`);
  }
  checkFixedBuffer(data as Float32Array, context);
  const { length } = data as Float32Array;
  const size = elementCount(shape, context);
  if (length === size) return;
  if (isDetached(data as Float32Array)) {
    throw new ArgumentError(
      `${context}: shape ${formatShape(shape)} needs ${size} values, but the data's buffer is detached (it was transferred, for example to a worker)`,
    );
  }
  throw new ShapeError(`${context}: shape ${formatShape(shape)} needs ${size} values, but data has ${length}`);
}

/** A resizable buffer may shrink under a running kernel, so neither kind is let in. */
export function checkFixedBuffer(data: ArrayBufferView, context: string): void {
  const { resizable, growable } = data.buffer as { resizable?: boolean; growable?: boolean };
  if (resizable === true || growable === true) {
    throw new ArgumentError(
      `${context}: data must not live in a ${resizable === true ? 'resizable ArrayBuffer' : 'growable SharedArrayBuffer'}; copy it with data.slice()`,
    );
  }
}

/** Only a buffer that was given away loses its bytes while its view still stands. */
function isDetached(data: Float32Array): boolean {
  const { buffer } = data;
  if ('detached' in buffer) return buffer.detached === true;
  if (buffer.byteLength !== 0 || data.byteLength !== 0) return false;
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true; // a view of a detached buffer cannot be made: the only test before Node 21
  }
}
