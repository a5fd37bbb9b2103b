import { ShapeError } from '../errors.js';
import type { Rank } from './axes.js';
import { readInteger } from './axes.js';
import { readFlag, readNumber, type Unchecked } from './options.js';
import type { Plan } from './plan.js';
import {
  type PoolDilationOptions,
  type PoolPaddingOptions,
  type PoolRequest,
  type PoolWindowOptions,
  readPoolSetup,
} from './pool-setup.js';
import { freezeRecord } from './window.js';

/** What max pooling can be told. */
export interface MaxPoolGeometryOptions<R extends Rank>
  extends PoolWindowOptions<R>,
    PoolPaddingOptions<R>,
    PoolDilationOptions<R> {}

/** What average pooling can be told. */
export interface AvgPoolGeometryOptions<R extends Rank> extends PoolWindowOptions<R>, PoolPaddingOptions<R> {
  /** Whether the zeros of the padding count as elements. Default true. */
  readonly countIncludePad?: boolean | undefined;
  /** Divides the sum in the place of the number of elements. */
  readonly divisorOverride?: number | null | undefined;
}

/** What power-average pooling can be told. */
export interface LpPoolGeometryOptions<R extends Rank> extends PoolWindowOptions<R> {}

const POOL_KEYS = ['stride', 'ceilMode', 'layout', 'out'] as const;

/** Names of the options of max pooling. */
export const MAX_POOL_KEYS = [...POOL_KEYS, 'padding', 'dilation', 'returnIndices'] as const;

/** Names of the options of average pooling. */
export const AVG_POOL_KEYS = [...POOL_KEYS, 'padding', 'countIncludePad', 'divisorOverride'] as const;

/** Names of the options of power-average pooling. */
export const LP_POOL_KEYS = POOL_KEYS;

/**
 * The largest value of every window, padding aside.
 *
 * @throws ShapeError, ArgumentError
 * @see torch.nn.functional.max_pool2d
 */
export function planMaxPool(
  request: PoolRequest,
  options: Unchecked<keyof MaxPoolGeometryOptions<Rank>> = {},
): Plan<'maxPool'> {
  const { geometry, edges } = readPoolSetup(request, options);
  return { kind: 'maxPool', geometry, ...edges };
}

/**
 * The mean of every window.
 *
 * @throws ShapeError, ArgumentError
 * @see torch.nn.functional.avg_pool2d
 */
export function planAvgPool(
  request: PoolRequest,
  options: Unchecked<keyof AvgPoolGeometryOptions<Rank> | 'dilation'> = {},
): Plan<'avgPool'> {
  const { operator } = request;
  const { countIncludePad, divisorOverride } = readAvgPoolDivision(operator, options);
  const { geometry, edges } = readPoolSetup(request, options);
  const record = freezeRecord(operator, { ...geometry, countIncludePad, divisorOverride });
  return { kind: 'avgPool', geometry: record, ...edges };
}

/**
 * (Σ x^p)^(1/p) of every window, where a window that ceil mode cut short is scaled to full size.
 *
 * @param p Any finite number but 0.
 * @throws ShapeError, ArgumentError
 * @see torch.nn.functional.lp_pool2d
 */
export function planLpPool(
  request: PoolRequest,
  p: unknown,
  options: Unchecked<keyof LpPoolGeometryOptions<Rank> | 'dilation'> = {},
): Plan<'lpPool'> {
  const power = readPower(request.operator, p);
  const { geometry, edges } = readPoolSetup(request, options);
  return { kind: 'lpPool', geometry, ...edges, scalars: [power] };
}

/** @throws ArgumentError, ShapeError */
export function readAvgPoolDivision(
  operator: string,
  options: Unchecked<'countIncludePad' | 'divisorOverride'>,
): { readonly countIncludePad: number; readonly divisorOverride: number } {
  return {
    countIncludePad: readFlag(`${operator}: countIncludePad`, options.countIncludePad, true) ? 1 : 0,
    divisorOverride: readDivisor(operator, options.divisorOverride),
  };
}

/** The p of power-average pooling. @throws ArgumentError, ShapeError */
export function readPower(operator: string, p: unknown): number {
  const power = readNumber(`${operator}: p`, p);
  if (power !== 0 && Number.isFinite(power)) return power;
  throw new ShapeError(`${operator}: p must be a finite number other than 0, but got ${power}`);
}

/** 0 stands for no override in the record, which is why it cannot be asked for. */
function readDivisor(operator: string, value: unknown): number {
  if (value === undefined || value === null) return 0;
  const divisor = readInteger(`${operator}: divisorOverride`, value);
  if (divisor === 0) throw new ShapeError(`${operator}: divisor must be not zero, but got divisorOverride 0`);
  return divisor;
}
