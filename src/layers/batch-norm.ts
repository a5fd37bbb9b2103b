import { ShapeError } from '../errors.js';
import { type Rank, readInteger } from '../geometry/axes.js';
import { type BatchNormGeometryOptions, checkBatchNormOptions, planBatchNorm } from '../geometry/channelwise.js';
import { readFlag, readOptions } from '../geometry/options.js';
import type { Plan } from '../geometry/plan.js';
import type { Shape } from '../shape.js';
import { zeros } from '../zeros.js';
import { LeafLayer } from './leaf.js';
import { Parameter } from './parameter.js';

/** What a batch norm layer can be told. */
export interface BatchNormLayerOptions<R extends Rank> extends BatchNormGeometryOptions<R> {
  /** Whether there are a weight and a bias. Default true. */
  readonly affine?: boolean | undefined;
}

/** PyTorch's names of the parameters, and the operands that they are. */
const OPERANDS = { weight: 'weight', bias: 'bias', running_mean: 'mean', running_var: 'variance' } as const;

abstract class BatchNormLayer<R extends Rank> extends LeafLayer {
  readonly #rank: R;
  readonly #options: BatchNormGeometryOptions<R>;

  constructor(rank: R, numFeatures: number, { affine, ...options }: BatchNormLayerOptions<R>) {
    super(`BatchNorm${rank}d`);
    checkBatchNormOptions(this.kind, rank, readOptions(this.kind, options, ['eps', 'layout']));
    const features = readInteger(`${this.kind}: numFeatures`, numFeatures);
    if (features < 0) throw new ShapeError(`${this.kind}: numFeatures must not be negative, but got ${features}`);
    this.#rank = rank;
    this.#options = options;
    const filled = (value: number, counted: boolean) =>
      new Parameter(Object.freeze([features]), () => zeros(this.kind, features).fill(value), counted);
    if (readFlag(`${this.kind}: affine`, affine, true)) {
      this.define('weight', filled(1, true));
      this.define('bias', filled(0, true));
    }
    this.define('running_mean', filled(0, false));
    this.define('running_var', filled(1, false));
    this.describe([numFeatures], { ...options, affine });
  }

  /** @internal */
  protected override constants(): Iterable<readonly [operand: string, data: Float32Array]> {
    const parameters = [...this.parameterMap()];
    return parameters.map(([name, { tensor }]) => [OPERANDS[name as keyof typeof OPERANDS], tensor.data] as const);
  }

  /** @internal */
  protected override plan(x: Shape): Plan {
    const shapes = Object.fromEntries(
      Object.entries(OPERANDS).map(([name, operand]) => [operand, this.parameterMap().get(name)?.shape]),
    ) as { mean: Shape; variance: Shape };
    return planBatchNorm(`batchNorm${this.#rank}d`, this.#rank, { x, ...shapes }, this.#options);
  }
}

/** Batch norm with running statistics over [N, C] or [N, C, L]. @see torch.nn.BatchNorm1d, in evaluation mode */
export class BatchNorm1d extends BatchNormLayer<1> {
  constructor(numFeatures: number, options: BatchNormLayerOptions<1> = {}) {
    super(1, numFeatures, options);
  }
}

/**
 * Batch norm with running statistics over [N, C, H, W]. Parameters: weight, bias, running_mean, running_var, all [C].
 *
 * @see torch.nn.BatchNorm2d, in evaluation mode
 */
export class BatchNorm2d extends BatchNormLayer<2> {
  constructor(numFeatures: number, options: BatchNormLayerOptions<2> = {}) {
    super(2, numFeatures, options);
  }
}

/** Batch norm with running statistics over [N, C, D, H, W]. @see torch.nn.BatchNorm3d, in evaluation mode */
export class BatchNorm3d extends BatchNormLayer<3> {
  constructor(numFeatures: number, options: BatchNormLayerOptions<3> = {}) {
    super(3, numFeatures, options);
  }
}
