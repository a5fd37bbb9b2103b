import type { PerAxis, Rank } from '../geometry/axes.js';
import { readOptions } from '../geometry/options.js';
import type { Plan } from '../geometry/plan.js';
import {
  AVG_POOL_KEYS,
  type AvgPoolGeometryOptions,
  LP_POOL_KEYS,
  type LpPoolGeometryOptions,
  MAX_POOL_KEYS,
  type MaxPoolGeometryOptions,
  planAvgPool,
  planLpPool,
  planMaxPool,
  readAvgPoolDivision,
  readPower,
} from '../geometry/pool.js';
import { checkPoolOptions } from '../geometry/pool-setup.js';
import type { Shape } from '../shape.js';
import { LeafLayer } from './leaf.js';

/** A layer gives one new tensor: it takes neither `out` nor a second result. */
function ofLayer<Key extends string>(keys: readonly Key[]): Exclude<Key, 'out' | 'returnIndices'>[] {
  return keys.filter((key): key is Exclude<Key, 'out' | 'returnIndices'> => key !== 'out' && key !== 'returnIndices');
}

abstract class MaxPoolLayer<R extends Rank> extends LeafLayer {
  readonly #rank: R;
  readonly #kernelSize: PerAxis<R>;
  readonly #options: MaxPoolGeometryOptions<R>;

  constructor(rank: R, kernelSize: PerAxis<R>, options: MaxPoolGeometryOptions<R>) {
    super(`MaxPool${rank}d`, rank);
    const given = readOptions(this.kind, options, ofLayer(MAX_POOL_KEYS));
    checkPoolOptions({ operator: this.kind, rank, kernelSize }, given);
    this.#rank = rank;
    this.#kernelSize = kernelSize;
    this.#options = { ...options };
    this.describe([kernelSize], options);
  }

  /** @internal */
  protected override plan(x: Shape): Plan {
    const operator = `maxPool${this.#rank}d`;
    return planMaxPool({ operator, rank: this.#rank, x, kernelSize: this.#kernelSize }, this.#options);
  }
}

/** The largest value of every window over [N, C, L]. @see torch.nn.MaxPool1d */
export class MaxPool1d extends MaxPoolLayer<1> {
  constructor(kernelSize: PerAxis<1>, options: MaxPoolGeometryOptions<1> = {}) {
    super(1, kernelSize, options);
  }
}

/**
 * The largest value of every window over [N, C, H, W].
 *
 * @example new MaxPool2d(3, { stride: 2, padding: 1 })
 * @see torch.nn.MaxPool2d
 */
export class MaxPool2d extends MaxPoolLayer<2> {
  constructor(kernelSize: PerAxis<2>, options: MaxPoolGeometryOptions<2> = {}) {
    super(2, kernelSize, options);
  }
}

/** The largest value of every window over [N, C, D, H, W]. @see torch.nn.MaxPool3d */
export class MaxPool3d extends MaxPoolLayer<3> {
  constructor(kernelSize: PerAxis<3>, options: MaxPoolGeometryOptions<3> = {}) {
    super(3, kernelSize, options);
  }
}

abstract class AvgPoolLayer<R extends Rank> extends LeafLayer {
  readonly #rank: R;
  readonly #kernelSize: PerAxis<R>;
  readonly #options: AvgPoolGeometryOptions<R>;

  constructor(rank: R, kernelSize: PerAxis<R>, options: AvgPoolGeometryOptions<R>) {
    super(`AvgPool${rank}d`, rank);
    const given = readOptions(this.kind, options, ofLayer(AVG_POOL_KEYS));
    readAvgPoolDivision(this.kind, given);
    checkPoolOptions({ operator: this.kind, rank, kernelSize }, given);
    this.#rank = rank;
    this.#kernelSize = kernelSize;
    this.#options = { ...options };
    this.describe([kernelSize], options);
  }

  /** @internal */
  protected override plan(x: Shape): Plan {
    const operator = `avgPool${this.#rank}d`;
    return planAvgPool({ operator, rank: this.#rank, x, kernelSize: this.#kernelSize }, this.#options);
  }
}

/** The mean of every window over [N, C, L]. @see torch.nn.AvgPool1d */
export class AvgPool1d extends AvgPoolLayer<1> {
  constructor(kernelSize: PerAxis<1>, options: AvgPoolGeometryOptions<1> = {}) {
    super(1, kernelSize, options);
  }
}

/** The mean of every window over [N, C, H, W]. @see torch.nn.AvgPool2d */
export class AvgPool2d extends AvgPoolLayer<2> {
  constructor(kernelSize: PerAxis<2>, options: AvgPoolGeometryOptions<2> = {}) {
    super(2, kernelSize, options);
  }
}

/** The mean of every window over [N, C, D, H, W]. @see torch.nn.AvgPool3d */
export class AvgPool3d extends AvgPoolLayer<3> {
  constructor(kernelSize: PerAxis<3>, options: AvgPoolGeometryOptions<3> = {}) {
    super(3, kernelSize, options);
  }
}

/** (Σ x^p)^(1/p) of every window over [N, C, H, W]. @see torch.nn.LPPool2d */
export class LpPool2d extends LeafLayer {
  readonly #p: number;
  readonly #kernelSize: PerAxis<2>;
  readonly #options: LpPoolGeometryOptions<2>;

  constructor(p: number, kernelSize: PerAxis<2>, options: LpPoolGeometryOptions<2> = {}) {
    super('LpPool2d', 2);
    const given = readOptions(this.kind, options, ofLayer(LP_POOL_KEYS));
    readPower(this.kind, p);
    checkPoolOptions({ operator: this.kind, rank: 2, kernelSize }, given);
    this.#p = p;
    this.#kernelSize = kernelSize;
    this.#options = { ...options };
    this.describe([p, kernelSize], options);
  }

  /** @internal */
  protected override plan(x: Shape): Plan {
    return planLpPool({ operator: 'lpPool2d', rank: 2, x, kernelSize: this.#kernelSize }, this.#p, this.#options);
  }
}
