import { ShapeError } from '../errors.js';
import { readInteger } from '../geometry/axes.js';
import { planLinear } from '../geometry/linear.js';
import { readOptions } from '../geometry/options.js';
import type { Plan } from '../geometry/plan.js';
import type { Shape } from '../shape.js';
import { WEIGHT_KEYS, WeightedLayer, type WeightOptions } from './weighted.js';

/**
 * y = x · weightᵀ + bias along the last axis: [*, inFeatures] → [*, outFeatures].
 *
 * @example new Linear(512, 10)
 * @see torch.nn.Linear
 */
export class Linear extends WeightedLayer {
  constructor(inFeatures: number, outFeatures: number, options: WeightOptions = {}) {
    readOptions('Linear', options, WEIGHT_KEYS);
    super('Linear', options);
    const [inSize, outSize] = [readFeatures('inFeatures', inFeatures), readFeatures('outFeatures', outFeatures)];
    this.defineWeights(Object.freeze([outSize, inSize]), Object.freeze([outSize]), options);
    this.describe([inFeatures, outFeatures], options);
  }

  /** @internal */
  protected override plan(x: Shape): Plan {
    return planLinear('linear', this.shapes(x), this.activation);
  }
}

function readFeatures(name: string, value: unknown): number {
  const features = readInteger(`Linear: ${name}`, value);
  if (features < 0) throw new ShapeError(`Linear: ${name} must not be negative, but got ${features}`);
  return features;
}
