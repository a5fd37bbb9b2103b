import { describe, expect, it } from 'vitest';
import { evaluate } from '../../src/backend/typescript/fold.js';
import {
  BINARY_OPERATIONS,
  type BinaryGeometry,
  UNARY_OPERATIONS,
  type UnaryOperation,
} from '../../src/geometry/records.js';
import { axisFields, broadcastStrides, walkOf } from '../../src/geometry/walk.js';
import { ProgramBuilder } from '../../src/program/builder.js';
import { optimize } from '../../src/program/passes/index.js';
import type { Program } from '../../src/program/program.js';
import { type ActivationKind, NO_SLOT, type SlotId } from '../../src/program/step.js';

/** Two channels of three values, of which programs are small enough to read. */
const SHAPE = [1, 2, 3];
const SIZE = 6;
const X = Float32Array.of(-4, -1.5, 0, 0.5, 2, 7);

class Sketch extends ProgramBuilder {
  readonly x = this.input(SIZE);

  binary(
    operation: (typeof BINARY_OPERATIONS)[number],
    a: SlotId,
    b: SlotId,
    shape: readonly number[] = SHAPE,
  ): SlotId {
    const { sizes, strides } = walkOf('sketch', {
      sizes: SHAPE,
      strides: [broadcastStrides(SHAPE, SHAPE), broadcastStrides(shape, SHAPE)],
    });
    const geometry: BinaryGeometry = {
      operation: BINARY_OPERATIONS.indexOf(operation),
      ...axisFields('size', sizes),
      ...axisFields('a', strides[0]),
      ...axisFields('b', strides[1]),
    };
    const y = this.slot(SIZE);
    this.step('binary', geometry, [a, b], [y]);
    return y;
  }

  scalar(operation: (typeof BINARY_OPERATIONS)[number], a: SlotId, value: number): SlotId {
    return this.binary(operation, a, this.constant(Float32Array.of(value)), []);
  }

  unary(operation: UnaryOperation, x: SlotId): SlotId {
    const y = this.slot(SIZE);
    this.step('unary', { operation: UNARY_OPERATIONS.indexOf(operation), size: SIZE }, [x], [y], { scalars: [0, 0] });
    return y;
  }

  activation(kind: ActivationKind, x: SlotId): SlotId {
    const y = this.slot(SIZE);
    const activation = { kind, alpha: 0, beta: 0 };
    this.step('activation', { outer: 1, channels: 2, inner: 3 }, [x, NO_SLOT, NO_SLOT], [y], { activation });
    return y;
  }

  /** A matrix of two rows as weights: x is one row of six features. */
  linear(x: SlotId): SlotId {
    const y = this.slot(SIZE);
    const weight = this.constant(Float32Array.from({ length: 36 }, (_, i) => ((i * 7) % 5) - 2));
    const geometry = { rows: 1, inFeatures: SIZE, outFeatures: SIZE };
    this.step('linear', geometry, [x, weight, NO_SLOT, NO_SLOT, NO_SLOT], [y]);
    return y;
  }
}

function stepsOf(program: Program): string[] {
  return program.steps.map(({ kind, activation, geometry }) => {
    if (kind === 'activation') return activation.kind;
    if (kind === 'unary') return UNARY_OPERATIONS[(geometry as { operation: number }).operation];
    return activation.kind === 'identity' ? kind : `${kind} + ${activation.kind}`;
  });
}

/** The steps that are left, after a check that they compute what the original does. */
function optimized(draw: (sketch: Sketch) => SlotId): string[] {
  const sketch = new Sketch();
  sketch.output(draw(sketch));
  const original = sketch.build();
  const { program, stepOf } = optimize(original);
  expect(stepOf).toHaveLength(original.steps.length);
  const [expected] = evaluate(original, [X]);
  const [actual] = evaluate(program, [X]);
  expected.forEach((value, i) => {
    expect(actual[i]).toBeCloseTo(value, 4);
  });
  return stepsOf(program);
}

describe('activations that exporters spell out', () => {
  it.each<[string, ActivationKind | UnaryOperation, (s: Sketch) => SlotId]>([
    ['x · sigmoid(x)', 'silu', (s) => s.binary('mul', s.x, s.activation('sigmoid', s.x))],
    ['sigmoid(x) · x', 'silu', (s) => s.binary('mul', s.activation('sigmoid', s.x), s.x)],
    ['relu6(x + 3) / 6', 'hardSigmoid', (s) => s.scalar('div', s.activation('relu6', s.scalar('add', s.x, 3)), 6)],
    [
      'x · (relu6(x + 3) / 6)',
      'hardSwish',
      (s) => s.binary('mul', s.x, s.scalar('div', s.activation('relu6', s.scalar('add', s.x, 3)), 6)),
    ],
    [
      '(x · relu6(x + 3)) / 6',
      'hardSwish',
      (s) => s.scalar('div', s.binary('mul', s.x, s.activation('relu6', s.scalar('add', s.x, 3))), 6),
    ],
    ['x · hardSigmoid(x)', 'hardSwish', (s) => s.binary('mul', s.x, s.activation('hardSigmoid', s.x))],
    [
      'x · (1 + erf(x / √2)) / 2',
      'gelu',
      (s) => {
        const erf = s.unary('erf', s.scalar('div', s.x, Math.SQRT2));
        return s.scalar('mul', s.binary('mul', s.x, s.scalar('add', erf, 1)), 0.5);
      },
    ],
    ['x · tanh(softplus(x))', 'mish', (s) => s.binary('mul', s.x, s.activation('tanh', s.unary('softplus', s.x)))],
  ])('%s is %s', (_text, kind, draw) => {
    expect(optimized(draw)).toEqual([kind]);
  });

  it('stay as they are where a part of them is wanted too', () => {
    const kept = optimized((s) => {
      const gate = s.activation('sigmoid', s.x);
      s.output(gate);
      return s.binary('mul', s.x, gate);
    });
    expect(kept).toEqual(['sigmoid', 'silu']);
  });

  it('are not seen in the gates of something else', () => {
    expect(optimized((s) => s.binary('mul', s.x, s.activation('sigmoid', s.unary('neg', s.x))))).toHaveLength(3);
    expect(optimized((s) => s.scalar('div', s.activation('relu6', s.scalar('add', s.x, 2)), 6))).toHaveLength(3);
  });
});

describe('sums and products', () => {
  it('with constants go into the weights before them', () => {
    const draw = (s: Sketch) => {
      const factors = s.constant(Float32Array.of(1, 2, 3, 4, 5, 6));
      return s.scalar('add', s.scalar('mul', s.binary('mul', s.linear(s.x), factors, SHAPE), -2), 0.5);
    };
    expect(optimized(draw)).toEqual(['linear']);
  });

  it('stay where the weights are read by others, or something was applied before', () => {
    const shared = (s: Sketch) => {
      const y = s.linear(s.x);
      s.output(y);
      return s.scalar('mul', y, 2);
    };
    expect(optimized(shared)).toEqual(['linear', 'affine']);
    expect(optimized((s) => s.scalar('mul', s.activation('relu', s.linear(s.x)), 2))).toEqual([
      'linear + relu',
      'affine',
    ]);
  });

  it('of two tensors become the residual of the later one, with the activation after them', () => {
    const draw = (s: Sketch) => {
      const first = s.linear(s.x);
      return s.activation('relu', s.binary('add', s.linear(first), first));
    };
    expect(optimized(draw)).toEqual(['linear', 'linear + relu']);
  });

  it('that nothing can take apply the activation after them themselves', () => {
    expect(optimized((s) => s.activation('relu', s.binary('mul', s.x, s.unary('abs', s.x))))).toEqual([
      'abs',
      'binary + relu',
    ]);
  });

  it('of a tensor with itself are no residual', () => {
    expect(
      optimized((s) => {
        const y = s.linear(s.x);
        return s.binary('add', y, y);
      }),
    ).toEqual(['linear', 'binary']);
  });
});

it('steps that nobody reads are dropped', () => {
  const kept = optimized((s) => {
    s.unary('exp', s.unary('abs', s.x));
    return s.unary('neg', s.x);
  });
  expect(kept).toEqual(['neg']);
});

it('constants that are shared stay one array from program to program', () => {
  const weight = Float32Array.from({ length: 36 }, (_, i) => i);
  const scale = Float32Array.of(2, 2, 2, 2, 2, 3);
  const build = () => {
    const sketch = new Sketch();
    const y = sketch.slot(SIZE);
    const geometry = { rows: 1, inFeatures: SIZE, outFeatures: SIZE };
    sketch.step('linear', geometry, [sketch.x, sketch.constant(weight, true), NO_SLOT, NO_SLOT, NO_SLOT], [y]);
    sketch.output(sketch.binary('mul', y, sketch.constant(scale, true), SHAPE));
    return optimize(sketch.build()).program.constants;
  };
  const [first, second] = [build(), build()];
  expect(first.every(({ shared }) => shared)).toBe(true);
  expect(first.map(({ data }) => data).every((data, i) => data === second[i].data)).toBe(true);
});
