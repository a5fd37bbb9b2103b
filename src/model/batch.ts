import { UnsupportedError } from '../errors.js';
import { elementCount, formatShape } from '../shape.js';
import { Tensor } from '../tensor.js';
import { zeros } from '../zeros.js';
import type { BatchRequest } from './batch-request.js';

/** Tensors by the names of a model's inputs or outputs. */
export type NamedTensors = Readonly<Record<string, Tensor>>;

/** Says that a model's outputs cannot be divided among requests, whichever these are. To users it is an UnsupportedError. */
export class UnbatchableError extends UnsupportedError {
  override readonly name = 'UnsupportedError';
}

/** Number of images in requests. */
export function countImages(requests: readonly BatchRequest[]): number {
  return requests.reduce((sum, { count }) => sum + count, 0);
}

/**
 * The images of requests with one key, in their order, as one batch of `size`; images beyond theirs are zeros.
 * A request that fills the batch is not copied once more.
 */
export function join(requests: readonly BatchRequest[], size: number): Record<string, Tensor> {
  const [first] = requests;
  if (first.count === size) return { ...first.feeds };
  return mapTensors(first.feeds, ({ shape }, name) => {
    const whole = [size, ...shape.slice(1)];
    const context = `batcher.run: a batch of '${name}'`;
    const data = zeros(context, elementCount(whole, context));
    let offset = 0;
    for (const { feeds } of requests) {
      data.set(feeds[name].data, offset);
      offset += feeds[name].size;
    }
    return new Tensor(data, whole);
  });
}

/**
 * Each request's part of a run's outputs. Parts own their memory: a view would keep the whole batch alive for as
 * long as one caller holds on to its result.
 *
 * @throws UnbatchableError where an output's leading axis is not the batch.
 */
export function split(
  outputs: NamedTensors,
  requests: readonly BatchRequest[],
  size: number,
): Record<string, Tensor>[] {
  for (const [name, { shape }] of Object.entries(outputs)) {
    if (shape[0] === size) continue;
    throw new UnbatchableError(
      `Batcher: output '${name}' of shape ${formatShape(shape)} does not have the batch of ${size} as its leading ` +
        'axis, so it cannot be divided among requests; use model.run',
    );
  }
  let start = 0;
  return requests.map((request) => {
    const end = start + request.count;
    const part = mapTensors(outputs, (output) => takeImages(output, start, end, request.unbatched));
    start = end;
    return part;
  });
}

function takeImages({ data, shape }: Tensor, start: number, end: number, unbatched: boolean): Tensor {
  const image = shape.slice(1);
  const imageSize = data.length / shape[0];
  const whole = start === 0 && end === shape[0];
  const images = whole ? data : data.slice(start * imageSize, end * imageSize);
  return new Tensor(images, unbatched ? image : [end - start, ...image]);
}

function mapTensors(tensors: NamedTensors, map: (tensor: Tensor, name: string) => Tensor): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, map(tensor, name)]));
}
