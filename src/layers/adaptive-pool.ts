import {
  type AdaptivePoolGeometryOptions,
  type AdaptivePoolKind,
  checkAdaptivePoolOptions,
  planAdaptivePool,
} from '../geometry/adaptive-pool.js';
import type { PerAxis, Rank } from '../geometry/axes.js';
import { readOptions } from '../geometry/options.js';
import type { Plan } from '../geometry/plan.js';
import type { Shape } from '../shape.js';
import { LeafLayer } from './leaf.js';

/**
 * One size, or one an axis; null keeps the input's.
 *
 * @inline
 */
type OutputSize<R extends Rank> = PerAxis<R, number | null>;

/** Which of the family a layer is. */
interface Kind {
  readonly step: AdaptivePoolKind;
  readonly rank: Rank;
  readonly global?: boolean;
}

abstract class AdaptivePoolLayer<R extends Rank> extends LeafLayer {
  readonly #kind: Kind;
  readonly #operator: string;
  readonly #outputSize: unknown;
  readonly #options: AdaptivePoolGeometryOptions<R>;

  constructor(kind: Kind, outputSize: unknown, options: AdaptivePoolGeometryOptions<R>) {
    const { step, rank, global = false } = kind;
    const operator = `${global ? step.replace('adaptive', 'global') : step}${rank}d`;
    super(
      operator.replace(/^./, (letter) => letter.toUpperCase()),
      rank,
    );
    const given = readOptions(this.kind, options, ['layout']);
    checkAdaptivePoolOptions({ operator: this.kind, rank, outputSize }, given);
    this.#kind = kind;
    this.#operator = operator;
    this.#outputSize = outputSize;
    this.#options = { ...options };
    this.describe(global ? [] : [outputSize], options);
  }

  /** @internal */
  protected override plan(x: Shape): Plan {
    const { step, rank } = this.#kind;
    return planAdaptivePool(
      { kind: step, operator: this.#operator, rank, x, outputSize: this.#outputSize },
      this.#options,
    );
  }
}

/** Means over [N, C, L] down or up to a given length. @see torch.nn.AdaptiveAvgPool1d */
export class AdaptiveAvgPool1d extends AdaptivePoolLayer<1> {
  constructor(outputSize: OutputSize<1>, options: AdaptivePoolGeometryOptions<1> = {}) {
    super({ step: 'adaptiveAvgPool', rank: 1 }, outputSize, options);
  }
}

/**
 * Means over [N, C, H, W] down or up to a given size; null keeps an axis.
 *
 * @example new AdaptiveAvgPool2d([1, null])
 * @see torch.nn.AdaptiveAvgPool2d
 */
export class AdaptiveAvgPool2d extends AdaptivePoolLayer<2> {
  constructor(outputSize: OutputSize<2>, options: AdaptivePoolGeometryOptions<2> = {}) {
    super({ step: 'adaptiveAvgPool', rank: 2 }, outputSize, options);
  }
}

/** Means over [N, C, D, H, W] down or up to a given size. @see torch.nn.AdaptiveAvgPool3d */
export class AdaptiveAvgPool3d extends AdaptivePoolLayer<3> {
  constructor(outputSize: OutputSize<3>, options: AdaptivePoolGeometryOptions<3> = {}) {
    super({ step: 'adaptiveAvgPool', rank: 3 }, outputSize, options);
  }
}

/** Maxima over [N, C, L] down or up to a given length. @see torch.nn.AdaptiveMaxPool1d */
export class AdaptiveMaxPool1d extends AdaptivePoolLayer<1> {
  constructor(outputSize: OutputSize<1>, options: AdaptivePoolGeometryOptions<1> = {}) {
    super({ step: 'adaptiveMaxPool', rank: 1 }, outputSize, options);
  }
}

/** Maxima over [N, C, H, W] down or up to a given size; null keeps an axis. @see torch.nn.AdaptiveMaxPool2d */
export class AdaptiveMaxPool2d extends AdaptivePoolLayer<2> {
  constructor(outputSize: OutputSize<2>, options: AdaptivePoolGeometryOptions<2> = {}) {
    super({ step: 'adaptiveMaxPool', rank: 2 }, outputSize, options);
  }
}

/** Maxima over [N, C, D, H, W] down or up to a given size. @see torch.nn.AdaptiveMaxPool3d */
export class AdaptiveMaxPool3d extends AdaptivePoolLayer<3> {
  constructor(outputSize: OutputSize<3>, options: AdaptivePoolGeometryOptions<3> = {}) {
    super({ step: 'adaptiveMaxPool', rank: 3 }, outputSize, options);
  }
}

/** The mean of each channel: [N, C, H, W] → [N, C, 1, 1]. */
export class GlobalAvgPool2d extends AdaptivePoolLayer<2> {
  constructor(options: AdaptivePoolGeometryOptions<2> = {}) {
    super({ step: 'adaptiveAvgPool', rank: 2, global: true }, 1, options);
  }
}

/** The maximum of each channel: [N, C, H, W] → [N, C, 1, 1]. */
export class GlobalMaxPool2d extends AdaptivePoolLayer<2> {
  constructor(options: AdaptivePoolGeometryOptions<2> = {}) {
    super({ step: 'adaptiveMaxPool', rank: 2, global: true }, 1, options);
  }
}
