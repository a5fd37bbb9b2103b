import { ShapeError } from '../errors.js';
import { type Activation, readActivation } from '../geometry/activation.js';
import { readInteger } from '../geometry/axes.js';
import { planActivation } from '../geometry/channelwise.js';
import { readNumber, readOptions } from '../geometry/options.js';
import type { Plan } from '../geometry/plan.js';
import type { ActivationRecord } from '../program/step.js';
import type { Shape } from '../shape.js';
import { zeros } from '../zeros.js';
import { LeafLayer } from './leaf.js';
import { Parameter } from './parameter.js';

abstract class ActivationLayer extends LeafLayer {
  readonly #record: ActivationRecord;

  constructor(kind: string, activation: Exclude<Activation, { kind: 'prelu' }>, parameters: readonly number[] = []) {
    super(kind);
    this.#record = readActivation(kind, activation).record;
    this.describe(parameters);
  }

  /** @internal */
  protected override plan(x: Shape): Plan {
    return planActivation('activate', x, this.#record);
  }
}

/** max(x, 0). @see torch.nn.ReLU */
export class ReLU extends ActivationLayer {
  constructor() {
    super('ReLU', 'relu');
  }
}

/** min(max(x, 0), 6). @see torch.nn.ReLU6 */
export class ReLU6 extends ActivationLayer {
  constructor() {
    super('ReLU6', 'relu6');
  }
}

/** 1 / (1 + e⁻ˣ). @see torch.nn.Sigmoid */
export class Sigmoid extends ActivationLayer {
  constructor() {
    super('Sigmoid', 'sigmoid');
  }
}

/** tanh x. @see torch.nn.Tanh */
export class Tanh extends ActivationLayer {
  constructor() {
    super('Tanh', 'tanh');
  }
}

/** x · sigmoid(x). @see torch.nn.SiLU */
export class SiLU extends ActivationLayer {
  constructor() {
    super('SiLU', 'silu');
  }
}

/** min(max(x/6 + 1/2, 0), 1). @see torch.nn.Hardsigmoid */
export class HardSigmoid extends ActivationLayer {
  constructor() {
    super('HardSigmoid', 'hardSigmoid');
  }
}

/** x · hardSigmoid(x). @see torch.nn.Hardswish */
export class HardSwish extends ActivationLayer {
  constructor() {
    super('HardSwish', 'hardSwish');
  }
}

/** x · Φ(x), exact. @see torch.nn.GELU */
export class GELU extends ActivationLayer {
  constructor() {
    super('GELU', 'gelu');
  }
}

/** x < 0 ? negativeSlope · x : x. @see torch.nn.LeakyReLU */
export class LeakyReLU extends ActivationLayer {
  constructor(negativeSlope = 0.01) {
    super('LeakyReLU', { kind: 'leakyRelu', slope: negativeSlope }, [negativeSlope]);
  }
}

/** min(max(x, min), max). @throws ArgumentError where min exceeds max. @see torch.nn.Hardtanh */
export class Clip extends ActivationLayer {
  constructor(min = -1, max = 1) {
    super('Clip', { kind: 'clip', min, max }, [min, max]);
  }
}

/** x < 0 ? alpha · (eˣ − 1) : x. @see torch.nn.ELU */
export class ELU extends ActivationLayer {
  constructor(alpha = 1) {
    super('ELU', { kind: 'elu', alpha }, [alpha]);
  }
}

/** What a PReLU can be told. */
export interface PReLUOptions {
  /** First value of every slope. Default 0.25. */
  readonly init?: number | undefined;
}

/**
 * x < 0 ? weight · x : x, with one weight, or one a channel (axis 1).
 *
 * @see torch.nn.PReLU
 */
export class PReLU extends LeafLayer {
  readonly #weight: Parameter;

  constructor(numParameters = 1, options: PReLUOptions = {}) {
    super('PReLU');
    const count = readInteger('PReLU: numParameters', numParameters);
    if (count < 1) throw new ShapeError(`PReLU: numParameters must be positive, but got ${count}`);
    const init = readNumber('PReLU: init', readOptions('PReLU', options, ['init']).init, 0.25);
    const draw = () => zeros('PReLU', count).fill(init);
    this.#weight = this.define('weight', new Parameter(Object.freeze([count]), draw));
    this.describe([numParameters], options);
  }

  /** @internal */
  protected override constants(): Iterable<readonly [operand: string, data: Float32Array]> {
    return [['slope', this.#weight.tensor.data]];
  }

  /** @internal */
  protected override plan(x: Shape): Plan {
    const { record, slope } = readActivation('PReLU', { kind: 'prelu', slope: this.#weight.tensor });
    return planActivation('activate', x, record, (slope as { shape: Shape }).shape);
  }
}
