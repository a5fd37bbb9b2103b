import { ArgumentError, ShapeError } from '../errors.js';
import { checkTensorBytes, elementCount, formatShape, readShape, type Shape } from '../shape.js';
import { Tensor } from '../tensor.js';
import { type Feed, feedOf, isTensorLike, quoted } from './feeds.js';
import type { OnnxValueInfo } from './onnx/types.js';

/** A shape, which stands for zeros, or a tensor; for a model of several inputs, such ones by the inputs' names. */
export type ShapesOrFeeds = Shape | Feed | Readonly<Record<string, Shape | Feed>>;

/**
 * Feeds of which those that are only shapes, or not given at all, are zeros. Tensors are not looked at.
 *
 * @param tensorBytes What a tensor may have.
 * @throws ShapeError where a dimension is free and nothing is given, or a shape is none; ArgumentError where one shape is
 *   to do for several inputs
 */
export function feedsToWarmUp(
  caller: string,
  inputs: readonly OnnxValueInfo[],
  given: ShapesOrFeeds = {},
  tensorBytes = Number.POSITIVE_INFINITY,
): Feed | Record<string, Feed> {
  if (typeof given !== 'object' || given === null || isTensorLike(given)) return given as Feed;
  const named = byName(caller, inputs, given as Shape | Readonly<Record<string, Shape | Feed>>);
  const zeros = (input: OnnxValueInfo, asked: Shape | undefined) => {
    const shape = concreteShape(caller, input, asked);
    const context = `${caller}: input '${input.name}'`;
    checkTensorBytes(context, elementCount(shape, context), { bytesPerValue: 4, mostBytes: tensorBytes });
    return Tensor.zeros(shape);
  };
  const feeds = inputs.map((input) => {
    const feed = feedOf(named, input.name);
    return [input.name, feed === undefined || Array.isArray(feed) ? zeros(input, feed) : feed] as const;
  });
  // What is no input's stays, to be refused by name.
  return { ...named, ...Object.fromEntries(feeds) } as Record<string, Feed>;
}

function byName(
  caller: string,
  inputs: readonly OnnxValueInfo[],
  given: Shape | Readonly<Record<string, Shape | Feed>>,
): Readonly<Record<string, Shape | Feed>> {
  if (!Array.isArray(given)) return given as Readonly<Record<string, Shape | Feed>>;
  if (inputs.length === 1) return { [inputs[0].name]: given as Shape };
  const names = inputs.map(({ name }) => name);
  throw new ArgumentError(`${caller}: the model has the inputs ${quoted(names)}: give an object with a shape for each`);
}

function concreteShape(caller: string, { name, shape }: OnnxValueInfo, given: Shape | undefined): Shape {
  if (given !== undefined) return readShape(given, `${caller}: shape of input '${name}'`);
  if (shape !== undefined && !shape.includes(-1)) return shape;
  const declared =
    shape === undefined ? 'does not say its shape' : `has the shape ${formatShape(shape)}, where -1 is free`;
  throw new ShapeError(`${caller}: input '${name}' ${declared}: give the shape that you will run`);
}
