import { ShapeError } from '../errors.js';
import { formatShape } from '../shape.js';
import { resizedPlan } from './adaptive-pool.js';
import { type PerAxis, type Rank, readPerAxis, type SidedPadding } from './axes.js';
import type { Layout } from './image.js';
import type { Unchecked } from './options.js';
import type { Plan } from './plan.js';
import { type PoolRequest, readPoolImage, readPoolWindow } from './pool-setup.js';
import { mapAxes } from './window.js';

/** What max unpooling can be told: the window that the pooling had. */
export interface MaxUnpoolGeometryOptions<R extends Rank> {
  /** The pooling's own. Default kernelSize. */
  readonly stride?: PerAxis<R> | undefined;
  /** The pooling's own. Default 0. */
  readonly padding?: SidedPadding<R> | undefined;
  /** Extents of the output; by default the least that the pooling may have had. */
  readonly outputSize?: PerAxis<R> | undefined;
  /** Order of x's axes, and of the result's. Default 'NCHW'; 'NHWC' for images. */
  readonly layout?: (R extends 2 ? Layout : 'NCHW') | undefined;
}

/** Names of the options of max unpooling. */
export const MAX_UNPOOL_KEYS = ['stride', 'padding', 'outputSize', 'layout', 'out'] as const;

/**
 * Puts every value at its index; everything else is 0. Extents are (n − 1)·stride + k − padding.
 *
 * @throws ShapeError, ArgumentError
 * @see torch.nn.MaxUnpool2d
 */
export function planMaxUnpool(
  request: PoolRequest,
  options: Unchecked<keyof MaxUnpoolGeometryOptions<Rank>> = {},
): Plan<'maxUnpool'> {
  const { operator, rank } = request;
  const image = readPoolImage(operator, rank, request.x, options.layout);
  const window = { input: image.spatial, ...readPoolWindow(request, options) };
  const natural = mapAxes(window, ({ input, kernel, stride, padding: [before, after] }) => {
    return (input - 1) * stride + kernel - before - after;
  });
  const output = readUnpooledSize(operator, options.outputSize, natural, window.stride);
  if (output.some((length) => length <= 0)) {
    throw new ShapeError(`${operator}: Output size is too small, calculated ${formatShape(output)}`);
  }
  return { kind: 'maxUnpool', ...resizedPlan(operator, image, output) };
}

/** Pooling drops up to stride − 1 elements at the end, so sizes that far from the natural one are possible. */
function readUnpooledSize(
  operator: string,
  value: unknown,
  natural: readonly number[],
  stride: readonly number[],
): readonly number[] {
  const size = readPerAxis(`${operator}: outputSize`, value, natural.length as Rank, natural);
  size.forEach((length, axis) => {
    if (Math.abs(length - natural[axis]) < stride[axis]) return;
    throw new ShapeError(
      `${operator}: invalid outputSize ${formatShape(size)} (dim ${axis} must be between ` +
        `${natural[axis] - stride[axis]} and ${natural[axis] + stride[axis]})`,
    );
  });
  return size;
}
