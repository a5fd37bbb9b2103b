import { types } from 'node:util';
import { ArgumentError, ShapeError } from '../errors.js';
import { formatShape, readShape, type Shape } from '../shape.js';
import { Tensor, type TensorLike } from '../tensor.js';
import { describe, isPromise, typedArrayKind } from '../values.js';
import { type FeedData, toFloat32, toFloat64 } from './feed-numbers.js';
import { checkWhole } from './integer-range.js';
import type { ElementType, OnnxValueInfo } from './onnx/types.js';

/**
 * A tensor in the type of the model's input, as an onnxruntime tensor has it: whole numbers, or truth values (0 and 1) as
 * bytes, for inputs that are no floats. Numbers beyond ±2^24 are rounded to float32, but where they decide shapes.
 */
export type TypedTensorLike =
  | {
      /** The elements, the last axis fastest. */
      readonly data: FeedData;
      /** Sizes of the axes, from the outermost. */
      readonly shape: Shape;
    }
  | {
      /** The elements, the last axis fastest. */
      readonly data: FeedData;
      /** The same as `shape`, by onnxruntime's name. */
      readonly dims: Shape;
    };

/** What a model's input can be fed: float32 for inputs of any type, whole numbers for those that are no floats. */
export type Feed = TensorLike | TypedTensorLike;

/** A feed that was checked against the model's input. */
export interface ReadFeed {
  readonly shape: Shape;
  readonly type: ElementType;
  /** Shared with the caller where it is a Float32Array. */
  readonly data: Float32Array;
  /** The same numbers without rounding to float32; made each time that they are asked for. */
  readonly exact: Float32Array | Float64Array;
  /** The same, sharing no memory with the caller. */
  copy(): ReadFeed;
}

/**
 * Checks feeds against the model's inputs: names, number of axes, fixed sizes, types.
 *
 * @throws ArgumentError, ShapeError
 */
export function readFeeds(caller: string, inputs: readonly OnnxValueInfo[], given: unknown): Map<string, ReadFeed> {
  const feeds = byName(caller, inputs, given);
  return new Map(
    inputs.map((input) => [input.name, readFeed(`${caller}: input '${input.name}'`, input, feedOf(feeds, input.name))]),
  );
}

/** A single tensor is for a model with a single input. */
function byName(caller: string, inputs: readonly OnnxValueInfo[], given: unknown): Readonly<Record<string, unknown>> {
  if (typeof given !== 'object' || given === null || Array.isArray(given) || isPromise(given) || types.isMap(given)) {
    throw new ArgumentError(
      `${caller}: feeds must be a tensor, or tensors by the names of inputs, but got ${describe(given)}`,
    );
  }
  const names = inputs.map(({ name }) => name);
  if (given instanceof Tensor || isTensorLike(given)) {
    if (names.length === 1) return { [names[0]]: given };
    throw new ArgumentError(
      `${caller}: the model has the inputs ${quoted(names)}: give an object with a tensor for each`,
    );
  }
  const feeds = given as Readonly<Record<string, unknown>>;
  const missing = names.filter((name) => (feedOf(feeds, name) ?? undefined) === undefined);
  const unknown = Object.keys(feeds).filter((name) => !names.includes(name));
  if (missing.length > 0 || unknown.length > 0) {
    const faults = [
      ...(missing.length > 0 ? [`no tensor for ${quoted(missing)}`] : []),
      ...(unknown.length > 0 ? [`no input is called ${quoted(unknown)}`] : []),
    ];
    throw new ArgumentError(`${caller}: ${faults.join(', and ')}; the model's inputs are ${quoted(names)}`);
  }
  return feeds;
}

/** What is given for an input. An input may be called 'constructor': what every object has is no feed. */
export function feedOf<T>(feeds: Readonly<Record<string, T>>, name: string): T | undefined {
  return name in Object.prototype && !Object.hasOwn(feeds, name) ? undefined : feeds[name];
}

export function isTensorLike(value: object): boolean {
  return (
    'data' in value &&
    ('shape' in value || 'dims' in value) &&
    typedArrayKind((value as { data: unknown }).data) !== undefined
  );
}

export function quoted(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(', ');
}

function readFeed(context: string, input: OnnxValueInfo, given: unknown): ReadFeed {
  if (typeof given !== 'object' || given === null || !isTensorLike(given)) {
    throw new ArgumentError(`${context}: expected a tensor, but got ${describe(given)}`);
  }
  const { data, ...sizes } = given as { data: ArrayLike<number> | BigInt64Array; shape?: unknown; dims?: unknown };
  const shape = readShape(sizes.shape ?? sizes.dims, context);
  checkShape(context, input, shape);
  const numbers = readNumbers(context, input.type, data);
  checkWhole(context, input.type, numbers);
  const size = shape.reduce((product, length) => product * length, 1);
  if (numbers.length !== size) {
    throw new ShapeError(
      `${context}: shape ${formatShape(shape)} has ${size} elements, but data has ${numbers.length}`,
    );
  }
  return toFeed(shape, input.type, numbers);
}

/** Numbers that decide shapes are wanted exactly; all others are not worth another copy. */
function toFeed(shape: Shape, type: ElementType, numbers: FeedData, data = toFloat32(numbers)): ReadFeed {
  return {
    shape,
    type,
    data,
    get exact() {
      return toFloat64(numbers);
    },
    copy() {
      const own = numbers.slice();
      return toFeed(shape, type, own, data === numbers ? (own as Float32Array) : data);
    },
  };
}

/** Feeds that share no memory with the caller. */
export function copyFeeds(feeds: ReadonlyMap<string, ReadFeed>): Map<string, ReadFeed> {
  return new Map([...feeds].map(([name, feed]) => [name, feed.copy()]));
}

function checkShape(context: string, { shape: declared }: OnnxValueInfo, shape: Shape): void {
  if (declared === undefined) return;
  const fits = declared.length === shape.length && declared.every((size, axis) => size === -1 || size === shape[axis]);
  if (fits) return;
  throw new ShapeError(
    `${context}: the model takes shape ${formatShape(declared)}${declared.includes(-1) ? ', where -1 is any size' : ''}, ` +
      `but got ${formatShape(shape)}${channelsLast(declared, shape) ? "; it is NHWC, and has to be NCHW, as convkit/image's toTensor gives" : ''}`,
  );
}

/** Whether an image with its channels last would fit with them first. */
function channelsLast(declared: Shape, given: Shape): boolean {
  if (declared.length !== 4 || given.length !== 4) return false;
  const moved = [given[0], given[3], given[1], given[2]];
  return declared.every((size, axis) => size === -1 || size === moved[axis]);
}

function readNumbers(context: string, type: ElementType, data: unknown): FeedData {
  const kind = typedArrayKind(data);
  if (kind === 'Float32Array') return data as Float32Array;
  const isFloat = type.startsWith('float') || type === 'bfloat16';
  if (isFloat && !(kind === 'Float64Array' && type === 'float64')) {
    throw new ArgumentError(`${context}: expected a Float32Array for type ${type}, but got ${describe(data)}`);
  }
  if (kind === undefined) throw new ArgumentError(`${context}: expected a typed array, but got ${describe(data)}`);
  return data as FeedData;
}
