import {
  ADAPTIVE_MAX_POOL_KEYS,
  type AdaptivePoolGeometryOptions,
  planAdaptivePool,
} from '../geometry/adaptive-pool.js';
import type { PerAxis, Rank } from '../geometry/axes.js';
import { readFlag, readOptions } from '../geometry/options.js';
import { coerceTensor, type TensorLike } from '../tensor.js';
import { type AsyncOptions, type OperatorCall, type OutOption, run, runAsync } from './call.js';
import { type IndicesOption, type Pooled, pooled } from './pooled.js';

/** Options of adaptive max pooling over R spatial axes. */
export interface AdaptiveMaxPoolOptions<R extends Rank, Indices extends boolean = boolean>
  extends AdaptivePoolGeometryOptions<R>,
    IndicesOption<Indices>,
    OutOption {}

/**
 * 1-D max pooling to a given size, null keeping an axis: [N, C, L] or [C, L].
 *
 * @throws ShapeError, ArgumentError
 * @see torch.nn.functional.adaptive_max_pool1d
 */
export function adaptiveMaxPool1d<Indices extends boolean = false>(
  x: TensorLike,
  outputSize: PerAxis<1, number | null>,
  options?: AdaptiveMaxPoolOptions<1, Indices>,
): Pooled<Indices> {
  return pooled<Indices>(run(prepare('adaptiveMaxPool1d', 1, x, outputSize, options)));
}

/** `adaptiveMaxPool1d` off the event loop; errors reject the promise. */
export async function adaptiveMaxPool1dAsync<Indices extends boolean = false>(
  x: TensorLike,
  outputSize: PerAxis<1, number | null>,
  options?: AdaptiveMaxPoolOptions<1, Indices> & AsyncOptions,
): Promise<Pooled<Indices>> {
  return pooled<Indices>(
    await runAsync('adaptiveMaxPool1d', options, (given) => prepare('adaptiveMaxPool1d', 1, x, outputSize, given)),
  );
}

/**
 * 2-D max pooling to a given size, null keeping an axis: [N, C, H, W] or [C, H, W].
 *
 * @throws ShapeError, ArgumentError
 * @see torch.nn.functional.adaptive_max_pool2d
 */
export function adaptiveMaxPool2d<Indices extends boolean = false>(
  x: TensorLike,
  outputSize: PerAxis<2, number | null>,
  options?: AdaptiveMaxPoolOptions<2, Indices>,
): Pooled<Indices> {
  return pooled<Indices>(run(prepare('adaptiveMaxPool2d', 2, x, outputSize, options)));
}

/** `adaptiveMaxPool2d` off the event loop; errors reject the promise. */
export async function adaptiveMaxPool2dAsync<Indices extends boolean = false>(
  x: TensorLike,
  outputSize: PerAxis<2, number | null>,
  options?: AdaptiveMaxPoolOptions<2, Indices> & AsyncOptions,
): Promise<Pooled<Indices>> {
  return pooled<Indices>(
    await runAsync('adaptiveMaxPool2d', options, (given) => prepare('adaptiveMaxPool2d', 2, x, outputSize, given)),
  );
}

/**
 * 3-D max pooling to a given size, null keeping an axis: [N, C, D, H, W] or [C, D, H, W].
 *
 * @throws ShapeError, ArgumentError
 * @see torch.nn.functional.adaptive_max_pool3d
 */
export function adaptiveMaxPool3d<Indices extends boolean = false>(
  x: TensorLike,
  outputSize: PerAxis<3, number | null>,
  options?: AdaptiveMaxPoolOptions<3, Indices>,
): Pooled<Indices> {
  return pooled<Indices>(run(prepare('adaptiveMaxPool3d', 3, x, outputSize, options)));
}

/** `adaptiveMaxPool3d` off the event loop; errors reject the promise. */
export async function adaptiveMaxPool3dAsync<Indices extends boolean = false>(
  x: TensorLike,
  outputSize: PerAxis<3, number | null>,
  options?: AdaptiveMaxPoolOptions<3, Indices> & AsyncOptions,
): Promise<Pooled<Indices>> {
  return pooled<Indices>(
    await runAsync('adaptiveMaxPool3d', options, (given) => prepare('adaptiveMaxPool3d', 3, x, outputSize, given)),
  );
}

function prepare(operator: string, rank: Rank, value: unknown, outputSize: unknown, options: unknown): OperatorCall {
  const given = readOptions(operator, options, ADAPTIVE_MAX_POOL_KEYS);
  const indices = readFlag(`${operator}: returnIndices`, given.returnIndices, false);
  const x = coerceTensor(value, `${operator}: x`);
  const plan = planAdaptivePool({ kind: 'adaptiveMaxPool', operator, rank, x: x.shape, outputSize }, given);
  return { operator, plan, operands: { x }, out: given.out, indices };
}
