import { ArgumentError, ShapeError } from '../errors.js';
import { readInteger } from '../geometry/axes.js';
import { readOptions, readWord } from '../geometry/options.js';
import { formatShape } from '../shape.js';
import { coerceTensor, type TensorLike } from '../tensor.js';
import { describe, typedArrayKind } from '../values.js';
import { checkSide } from './kernel-size.js';
import { centred, type WindowShape } from './window-call.js';

/** Weights along one axis. */
export type KernelValues = readonly number[] | Float32Array | Float64Array | TensorLike;

/** Weights of rows from the top, each from the left; or a tensor [height, width]. */
export type Kernel = readonly (readonly number[])[] | TensorLike;

/** A place in a kernel. */
export interface Anchor {
  /** Column, from the left. */
  readonly x?: number | undefined;
  /** Row, from the top. */
  readonly y?: number | undefined;
}

const MODES = ['correlate', 'convolve'] as const;
/** 'correlate' takes a kernel as it is written, 'convolve' turns it by half a turn first. */
export type FilterMode = (typeof MODES)[number];

export function readMode(operator: string, value: unknown): FilterMode {
  return readWord<FilterMode>(`${operator}: mode`, value, MODES, 'correlate');
}

/** @throws ArgumentError, ShapeError */
export function readKernelLine(context: string, value: unknown): readonly number[] {
  const values = isList(value) ? Array.from(value as ArrayLike<unknown>) : [...tensorOf(context, value, 1).data];
  checkSide(`${context}: its length`, values.length);
  return values.map((one, i) => readWeight(`${context}[${i}]`, one));
}

/** A kernel's weights by rows. */
export interface KernelRows {
  readonly size: readonly [height: number, width: number];
  /** height · width of them, in float64. */
  readonly weights: readonly number[];
}

/** @throws ArgumentError, ShapeError */
export function readKernel(context: string, value: unknown): KernelRows {
  if (Array.isArray(value)) return readRows(context, value);
  const { data, shape } = tensorOf(context, value, 2);
  for (const side of shape) checkSide(`${context}: a side`, side);
  return { size: [shape[0], shape[1]], weights: Array.from(data, (one, i) => readWeight(`${context}[${i}]`, one)) };
}

function readRows(context: string, rows: readonly unknown[]): KernelRows {
  const width = isList(rows[0]) ? (rows[0] as ArrayLike<unknown>).length : 0;
  checkSide(`${context}: its height`, rows.length);
  const weights = rows.flatMap((row, i) => {
    if (!isList(row)) {
      throw new ArgumentError(
        `${context} must be an array of rows, or a tensor [height, width], but row ${i} is ${describe(row)}`,
      );
    }
    const values = Array.from(row as ArrayLike<unknown>);
    if (values.length !== width) {
      throw new ShapeError(
        `${context}: its rows must be equally long, but row 0 has ${width} weights and row ${i} has ${values.length}`,
      );
    }
    return values.map((one, j) => readWeight(`${context}[${i}][${j}]`, one));
  });
  checkSide(`${context}: its width`, width);
  return { size: [rows.length, width], weights };
}

function isList(value: unknown): boolean {
  return Array.isArray(value) || ['Float32Array', 'Float64Array'].includes(typedArrayKind(value) ?? '');
}

function tensorOf(context: string, value: unknown, axes: number) {
  const tensor = coerceTensor(value, context);
  if (tensor.shape.length !== axes) {
    throw new ShapeError(
      `${context} must have ${axes === 1 ? 'one axis' : 'two axes'}, but got ${formatShape(tensor.shape)}`,
    );
  }
  return tensor;
}

function readWeight(context: string, value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new ArgumentError(`${context} must be a finite number, but got ${describe(value)}`);
}

/** The window of a kernel of that size; `value` is the option `anchor`. @throws ArgumentError, ShapeError */
export function readAnchor(operator: string, value: unknown, size: readonly [number, number]): WindowShape {
  const middle = centred(size);
  const given = readOptions(`${operator}: anchor`, value, ['x', 'y']);
  const place = (name: 'x' | 'y', axis: 0 | 1) => {
    const at =
      given[name] === undefined ? middle.anchor[axis] : readInteger(`${operator}: anchor.${name}`, given[name]);
    if (at >= 0 && at < size[axis]) return at;
    throw new ShapeError(
      `${operator}: anchor.${name} must be from 0 to ${size[axis] - 1}, inside the kernel, but got ${at}`,
    );
  };
  return { size, anchor: [place('y', 0), place('x', 1)] };
}
