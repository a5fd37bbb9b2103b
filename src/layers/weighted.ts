import { ArgumentError, ShapeError } from '../errors.js';
import { type Activation, type ResolvedActivation, readActivation } from '../geometry/activation.js';
import type { Rank } from '../geometry/axes.js';
import { readFlag } from '../geometry/options.js';
import { formatShape, type Shape, sameShape } from '../shape.js';
import { coerceTensor, Tensor, type TensorLike } from '../tensor.js';
import { LeafLayer } from './leaf.js';
import { Parameter } from './parameter.js';
import { drawBias, drawWeight, readSeed } from './random.js';

/** What every layer with a weight can be told. */
export interface WeightOptions {
  /** Whether there is a bias. Default true. */
  readonly bias?: boolean | undefined;
  /** First values of the weight, which are copied. Default: drawn as PyTorch draws them. */
  readonly weight?: TensorLike | undefined;
  /** First values of the bias, [outChannels]. */
  readonly biasValues?: TensorLike | undefined;
  /** An integer that makes the drawn values the same every time. */
  readonly seed?: number | undefined;
  /** Applied to the result, at no cost. */
  readonly activation?: Activation | undefined;
}

export const WEIGHT_KEYS = ['bias', 'weight', 'biasValues', 'seed', 'activation'] as const;

/** A layer that multiplies by a weight, and may add a bias and apply an activation. */
export abstract class WeightedLayer extends LeafLayer {
  /** @internal */
  protected readonly activation: ResolvedActivation['record'];
  readonly #slope: Tensor | undefined;

  constructor(kind: string, options: WeightOptions, spatialAxes?: Rank) {
    super(kind, spatialAxes);
    const { record, slope } = readActivation(kind, options.activation);
    this.activation = record;
    this.#slope = slope === undefined ? undefined : copyOf(coerceTensor(slope, `${kind}: activation slope`));
  }

  /** Defines 'weight' and, unless it is not wanted, 'bias', given or drawn. @internal */
  protected defineWeights(weightShape: Shape, biasShape: Shape, options: WeightOptions): void {
    const seed = readSeed(this.kind, options.seed);
    const weight = new Parameter(weightShape, () => drawWeight(weightShape, seed));
    this.define('weight', weight);
    if (options.weight !== undefined) this.#assign('weight', weight, options.weight);
    const given = options.biasValues;
    if (!readFlag(`${this.kind}: bias`, options.bias, true)) {
      if (given === undefined) return;
      throw new ArgumentError(`${this.kind}: biasValues were given, but bias is false`);
    }
    const bias = new Parameter(biasShape, () => drawBias(biasShape, weightShape, seed));
    this.define('bias', bias);
    if (given !== undefined) this.#assign('biasValues', bias, given);
  }

  /** @internal */
  protected override constants(): Iterable<readonly [operand: string, data: Float32Array]> {
    const slope = this.#slope;
    return slope === undefined ? super.constants() : [...super.constants(), ['slope', slope.data]];
  }

  /** Shapes of the operands, for shape logic. @internal */
  protected shapes(x: Shape): { x: Shape; weight: Shape; bias?: Shape | undefined; slope?: Shape | undefined } {
    const parameters = this.parameterMap();
    const weight = parameters.get('weight')?.shape ?? [];
    return { x, weight, bias: parameters.get('bias')?.shape, slope: this.#slope?.shape };
  }

  #assign(option: string, parameter: Parameter, value: TensorLike): void {
    const { data, shape } = coerceTensor(value, `${this.kind}: ${option}`);
    if (!sameShape(shape, parameter.shape)) {
      throw new ShapeError(
        `${this.kind}: ${option} must have shape ${formatShape(parameter.shape)}, but got ${formatShape(shape)}`,
      );
    }
    parameter.assign(data);
  }
}

function copyOf({ data, shape }: Tensor): Tensor {
  return new Tensor(Float32Array.from(data), shape);
}
