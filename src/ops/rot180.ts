import { throwIfAborted } from '../abort.js';
import { readOptions } from '../geometry/options.js';
import { coerceTensor, Tensor, type TensorLike } from '../tensor.js';
import { type AsyncOptions, type OutOption, takeSignal } from './call.js';
import { allocate, readOut } from './operands.js';

/**
 * Turns a kernel by 180°: reverses the last two axes, or the only one. [O, I, kh, kw] keeps its channels.
 *
 * @throws ArgumentError, ShapeError
 * @see numpy.rot90, with k = 2 and axes (−2, −1)
 * @example
 * rot180(Tensor.from([[1, 2], [3, 4]])).toNested(); // [[4, 3], [2, 1]]
 */
export function rot180(kernel: TensorLike, options?: OutOption): Tensor {
  const operator = 'rot180';
  const { out } = readOptions(operator, options, ['out']);
  const source = coerceTensor(kernel, `${operator}: kernel`);
  const { shape } = source;
  const result =
    out === undefined || out === null
      ? new Tensor(allocate(operator, shape, Float32Array), shape)
      : readOut(operator, out, shape, [source]);
  reversePlanes(source, result.data);
  return result;
}

/** `rot180` with a promise, for symmetry: there is nothing to do but a copy. Errors reject the promise. */
export async function rot180Async(kernel: TensorLike, options?: OutOption & AsyncOptions): Promise<Tensor> {
  const { signal, rest } = takeSignal('rot180', options);
  throwIfAborted(signal);
  return rot180(kernel, rest);
}

/** Row-major, so that a plane turned by 180° is its values in reverse. */
function reversePlanes({ data, shape }: Tensor, result: Float32Array): void {
  const plane = shape.slice(-2).reduce((product, extent) => product * extent, 1);
  for (let start = 0; start < data.length; start += plane) {
    result.set(data.subarray(start, start + plane), start);
    result.subarray(start, start + plane).reverse();
  }
}
