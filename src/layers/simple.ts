import { ArgumentError, ShapeError } from '../errors.js';
import { readInteger } from '../geometry/axes.js';
import { planSoftmax } from '../geometry/channelwise.js';
import { readNumber } from '../geometry/options.js';
import type { Plan } from '../geometry/plan.js';
import { elementCount, formatShape, type Shape } from '../shape.js';
import { LeafLayer } from './leaf.js';

/**
 * Makes one axis of the axes from `startAxis` to `endAxis`: [N, C, H, W] → [N, C·H·W]. Negative axes count from the end.
 *
 * @see torch.nn.Flatten
 */
export class Flatten extends LeafLayer {
  readonly #startAxis: number;
  readonly #endAxis: number;

  constructor(startAxis = 1, endAxis = -1) {
    super('Flatten');
    this.#startAxis = readInteger('Flatten: startAxis', startAxis);
    this.#endAxis = readInteger('Flatten: endAxis', endAxis);
    this.describe(endAxis === -1 ? (startAxis === 1 ? [] : [startAxis]) : [startAxis, endAxis]);
  }

  /** The same values in the same order: no step at all. @internal */
  protected override plan(): undefined {
    return undefined;
  }

  /** @internal */
  override infer(x: Shape): Shape {
    const start = placeOf(this.#startAxis, x);
    const end = placeOf(this.#endAxis, x);
    if (start > end) {
      throw new ShapeError(
        `Flatten: start_dim cannot come after end_dim, but got axes ${this.#startAxis} and ${this.#endAxis} ` +
          `for input ${formatShape(x)}`,
      );
    }
    const joined = elementCount(x.slice(start, end + 1), 'Flatten');
    return Object.freeze([...x.slice(0, start), joined, ...x.slice(end + 1)]);
  }
}

function placeOf(axis: number, { length }: Shape): number {
  const axes = Math.max(length, 1); // a tensor without axes counts as one element
  if (axis < -axes || axis >= axes) {
    throw new ShapeError(
      `Flatten: axis out of range (expected to be in range of [${-axes}, ${axes - 1}], but got ${axis})`,
    );
  }
  return axis < 0 ? axis + axes : axis;
}

/** Nothing: dropping values is for training. Here so that a network's layers keep their numbers. @see torch.nn.Dropout */
export class Dropout extends LeafLayer {
  constructor(p = 0.5) {
    super('Dropout');
    const probability = readNumber('Dropout: p', p);
    if (probability < 0 || probability > 1) {
      throw new ArgumentError(`Dropout: dropout probability has to be between 0 and 1, but got ${probability}`);
    }
    this.describe([p]);
  }

  /** @internal */
  protected override plan(): undefined {
    return undefined;
  }
}

/** exp(x) / Σ exp(x) along an axis. @see torch.nn.Softmax */
export class Softmax extends LeafLayer {
  readonly #axis: number;

  constructor(axis = -1) {
    super('Softmax');
    this.#axis = readInteger('Softmax: axis', axis);
    this.describe([axis]);
  }

  /** @internal */
  protected override plan(x: Shape): Plan {
    return planSoftmax('softmax', x, this.#axis);
  }
}
