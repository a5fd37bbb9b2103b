import type { PerAxis, Rank } from '../geometry/axes.js';
import { type ConvGeometryOptions, checkConvOptions, planConv } from '../geometry/conv.js';
import { convParameterShapes } from '../geometry/conv-parameters.js';
import {
  type ConvTransposeGeometryOptions,
  checkConvTransposeOptions,
  planConvTranspose,
} from '../geometry/conv-transpose.js';
import { readOptions } from '../geometry/options.js';
import type { Plan } from '../geometry/plan.js';
import type { Shape } from '../shape.js';
import { WEIGHT_KEYS, WeightedLayer, type WeightOptions } from './weighted.js';

/** What a convolution layer can be told. */
export interface ConvLayerOptions<R extends Rank> extends ConvGeometryOptions<R>, WeightOptions {}

/** What a transposed convolution layer can be told. */
export interface ConvTransposeLayerOptions<R extends Rank> extends ConvTransposeGeometryOptions<R>, WeightOptions {}

const WINDOW_KEYS = ['stride', 'padding', 'dilation', 'groups', 'paddingMode', 'layout', 'algorithm'] as const;
const CONV_LAYER_KEYS = [...WINDOW_KEYS, ...WEIGHT_KEYS] as const;
const CONV_TRANSPOSE_LAYER_KEYS = [...WINDOW_KEYS, 'outputPadding', ...WEIGHT_KEYS] as const;

/** Which of the family a layer is. */
interface Member {
  readonly operator: string;
  readonly rank: Rank;
  readonly transposed: boolean;
}

type AnyOptions<R extends Rank> = ConvLayerOptions<R> | ConvTransposeLayerOptions<R>;

abstract class ConvLayer<R extends Rank> extends WeightedLayer {
  readonly #member: Member;
  readonly #options: AnyOptions<R>;

  constructor(member: Member, sizes: readonly [number, number, PerAxis<R>], options: AnyOptions<R>) {
    const { operator, rank, transposed } = member;
    const kind = operator.replace(/^c/, 'C');
    readOptions(kind, options, transposed ? CONV_TRANSPOSE_LAYER_KEYS : CONV_LAYER_KEYS);
    super(kind, options, rank);
    const [inChannels, outChannels, kernelSize] = sizes;
    const { groups } = options;
    const { weight, bias } = convParameterShapes(kind, rank, {
      inChannels,
      outChannels,
      kernelSize,
      groups,
      transposed,
    });
    const check = transposed ? checkConvTransposeOptions : checkConvOptions;
    check(kind, weight.slice(2), options);
    this.#member = member;
    this.#options = { ...options };
    this.defineWeights(weight, bias, options);
    this.describe(sizes, options);
  }

  /** @internal */
  protected override plan(inputShape: Shape): Plan {
    const { operator, rank, transposed } = this.#member;
    const shapes = this.shapes(inputShape);
    return transposed
      ? planConvTranspose(operator, rank, shapes, this.#options, this.activation)
      : planConv(operator, rank, shapes, this.#options, this.activation);
  }
}

/**
 * Convolution over [N, C, L]. Parameters: weight [outChannels, inChannels / groups, k], bias [outChannels].
 *
 * @throws ShapeError where groups does not divide both channel counts
 * @see torch.nn.Conv1d
 */
export class Conv1d extends ConvLayer<1> {
  constructor(inChannels: number, outChannels: number, kernelSize: PerAxis<1>, options: ConvLayerOptions<1> = {}) {
    super({ operator: 'conv1d', rank: 1, transposed: false }, [inChannels, outChannels, kernelSize], options);
  }
}

/**
 * Convolution over [N, C, H, W]. Parameters: weight [outChannels, inChannels / groups, kh, kw], bias [outChannels].
 *
 * @throws ShapeError where groups does not divide both channel counts
 * @example new Conv2d(16, 33, [3, 5], { stride: [2, 1], padding: [4, 2], activation: 'relu' })
 * @see torch.nn.Conv2d
 */
export class Conv2d extends ConvLayer<2> {
  constructor(inChannels: number, outChannels: number, kernelSize: PerAxis<2>, options: ConvLayerOptions<2> = {}) {
    super({ operator: 'conv2d', rank: 2, transposed: false }, [inChannels, outChannels, kernelSize], options);
  }
}

/**
 * Convolution over [N, C, D, H, W]. Parameters: weight [outChannels, inChannels / groups, kd, kh, kw], bias.
 *
 * @throws ShapeError where groups does not divide both channel counts
 * @see torch.nn.Conv3d
 */
export class Conv3d extends ConvLayer<3> {
  constructor(inChannels: number, outChannels: number, kernelSize: PerAxis<3>, options: ConvLayerOptions<3> = {}) {
    super({ operator: 'conv3d', rank: 3, transposed: false }, [inChannels, outChannels, kernelSize], options);
  }
}

/**
 * Transposed convolution over [N, C, L]. Parameters: weight [inChannels, outChannels / groups, k], bias [outChannels].
 *
 * @throws ShapeError where groups does not divide both channel counts
 * @see torch.nn.ConvTranspose1d
 */
export class ConvTranspose1d extends ConvLayer<1> {
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: PerAxis<1>,
    options: ConvTransposeLayerOptions<1> = {},
  ) {
    super({ operator: 'convTranspose1d', rank: 1, transposed: true }, [inChannels, outChannels, kernelSize], options);
  }
}

/**
 * Transposed convolution over [N, C, H, W]. Parameters: weight [inChannels, outChannels / groups, kh, kw], bias.
 *
 * @throws ShapeError where groups does not divide both channel counts
 * @see torch.nn.ConvTranspose2d
 */
export class ConvTranspose2d extends ConvLayer<2> {
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: PerAxis<2>,
    options: ConvTransposeLayerOptions<2> = {},
  ) {
    super({ operator: 'convTranspose2d', rank: 2, transposed: true }, [inChannels, outChannels, kernelSize], options);
  }
}
