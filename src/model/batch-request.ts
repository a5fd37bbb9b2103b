import { ArgumentError, ShapeError, UnsupportedError } from '../errors.js';
import { closest } from '../geometry/options.js';
import { formatShape, type Shape } from '../shape.js';
import { coerceTensor, Tensor, type TensorLike } from '../tensor.js';
import { isPromise, typedArrayKind } from '../values.js';
import { checkWhole } from './integer-range.js';

/** An input or an output that a model declares; −1 stands for a size that is free. */
export interface DeclaredTensor {
  /** The feed's or the result's. */
  readonly name: string;
  /** undefined where the model does not say how many axes there are. */
  readonly shape: readonly number[] | undefined;
  /** As the file has it. */
  readonly type: string;
}

/** One whose axes are known. */
export interface ShapedTensor extends DeclaredTensor {
  readonly shape: readonly number[];
}

/** @throws UnsupportedError where a model does not say what shape an input has. */
export function requireShapes(inputs: readonly DeclaredTensor[]): readonly ShapedTensor[] {
  return inputs.map(({ shape, ...input }) => {
    if (shape !== undefined) return { ...input, shape };
    throw new UnsupportedError(
      `Batcher: the model's input '${input.name}' does not say how many axes it has, so requests cannot be batched`,
    );
  });
}

/** What `run` takes, as `model.run` does: the tensor of a model's only input, or tensors by the inputs' names. */
export type BatchFeeds = TensorLike | Readonly<Record<string, TensorLike>>;

/** One caller's images, checked and copied. */
export interface BatchRequest {
  /** By the inputs' names, each with the batch as its leading axis. */
  readonly feeds: Readonly<Record<string, Tensor>>;
  /** How many images: the size of the leading axis. */
  readonly count: number;
  /** Whether the images came without a batch axis, so that the results go without one too. */
  readonly unbatched: boolean;
  /** Equal for requests that may share a run: the shapes of one image of each input. */
  readonly key: string;
}

/**
 * The batch size that a model's inputs insist on; undefined where it is free.
 *
 * @throws UnsupportedError where the inputs have no batch axis in common.
 */
export function declaredBatch(inputs: readonly ShapedTensor[]): number | undefined {
  let fixed: number | undefined;
  for (const { name, shape } of inputs) {
    const [batch] = shape;
    if (batch === undefined) {
      throw new UnsupportedError(`Batcher: the model's input '${name}' has no axes, so requests cannot be batched`);
    }
    if (batch === -1) continue;
    if (batch < 1 || (fixed !== undefined && batch !== fixed)) {
      const leading = inputs.map((input) => `'${input.name}' ${formatShape(input.shape)}`).join(', ');
      throw new UnsupportedError(`Batcher: the model's inputs do not have one batch as their leading axis: ${leading}`);
    }
    fixed = batch;
  }
  return fixed;
}

/**
 * Checks a request against what the model declares, and copies it. What passes may still fail in the model, where
 * free sizes have to fit each other.
 *
 * @throws ArgumentError where tensors are missing, unknown or no tensors; ShapeError where one cannot fit its input.
 */
export function readRequest(inputs: readonly ShapedTensor[], value: unknown, limit: number): BatchRequest {
  const given = tensorsByName(inputs, value);
  const tensors = inputs.map((input) => readTensor(input, given[input.name]));
  const unbatched = tensors[0].shape.length < inputs[0].shape.length;
  const counts = tensors.map((tensor, i) => {
    const { name, shape } = inputs[i];
    if (tensor.shape.length < shape.length !== unbatched) {
      throw new ShapeError(
        `batcher.run: either all inputs or none have a batch axis, but '${inputs[0].name}' is ` +
          `${formatShape(tensors[0].shape)} and '${name}' is ${formatShape(tensor.shape)}`,
      );
    }
    return unbatched ? 1 : tensor.shape[0];
  });
  const count = checkCount(inputs, counts, limit);
  const images = tensors.map(({ shape }) => (unbatched ? shape : shape.slice(1)));
  // The caller may write into its arrays as soon as `run` has returned, and the run may start much later.
  const copies = tensors.map(({ data }, i) => new Tensor(data.slice(), [count, ...images[i]]));
  return {
    feeds: Object.fromEntries(inputs.map(({ name }, i) => [name, copies[i]])),
    count,
    unbatched,
    key: images.join('|'),
  };
}

function tensorsByName(inputs: readonly ShapedTensor[], value: unknown): Readonly<Record<string, unknown>> {
  if (!isRecord(value) || isPromise(value)) {
    if (inputs.length === 1) return { [inputs[0].name]: value };
    throw new ArgumentError(
      `batcher.run: the model has ${inputs.length} inputs; give an object with ${listNames(inputs)}`,
    );
  }
  const names = inputs.map(({ name }) => name);
  for (const name of Object.keys(value)) {
    if (names.includes(name)) continue;
    const likely = closest(name, names);
    const hint = likely === undefined ? '' : ` Did you mean '${likely}'?`;
    throw new ArgumentError(
      `batcher.run: the model has no input '${name}'.${hint} Its inputs are ${listNames(inputs)}`,
    );
  }
  const missing = inputs.filter(({ name }) => !Object.hasOwn(value, name));
  if (missing.length > 0) throw new ArgumentError(`batcher.run: no tensor was given for ${listNames(missing)}`);
  return value;
}

/** A record of tensors. By its values, because inputs may well be called 'data' or 'shape'. */
function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Tensor) return false;
  return typedArrayKind(value) === undefined && typedArrayKind((value as { data?: unknown }).data) === undefined;
}

function listNames(inputs: readonly ShapedTensor[]): string {
  return inputs.map(({ name, shape }) => `'${name}' ${formatShape(shape)}`).join(', ');
}

function readTensor({ name, shape, type }: ShapedTensor, value: unknown): Tensor {
  const context = `batcher.run: input '${name}'`;
  const tensor = coerceTensor(value, context);
  const image = shape.slice(1);
  const given = tensor.shape.length === shape.length ? tensor.shape.slice(1) : tensor.shape;
  if (given.length !== image.length || given.some((size, axis) => image[axis] !== -1 && image[axis] !== size)) {
    throw new ShapeError(
      `batcher.run: input '${name}' must be ${formatImages(image)}, but got shape ${formatShape(tensor.shape)}`,
    );
  }
  // One caller's fraction must not fail the run of the others.
  checkWhole(context, type, tensor.data);
  return tensor;
}

/** −1 is how the model declares a free size, and says more than a letter would. */
function formatImages(image: Shape): string {
  return `${formatShape(image)} or ${formatShape([-1, ...image])}, where -1 is any size`;
}

function checkCount(inputs: readonly ShapedTensor[], counts: readonly number[], limit: number): number {
  const [count] = counts;
  if (counts.some((other) => other !== count)) {
    const listed = inputs.map(({ name }, i) => `${counts[i]} of '${name}'`).join(', ');
    throw new ShapeError(`batcher.run: every input needs the same number of images, but got ${listed}`);
  }
  if (count < 1 || count > limit) {
    throw new ShapeError(
      `batcher.run: a request has 1 to ${limit} images, as many as a run of this batcher takes, but got ${count}; ` +
        'split it into several requests',
    );
  }
  return count;
}
