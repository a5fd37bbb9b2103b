import type { UnaryOperation } from '../../geometry/records.js';
import type { ActivationKind } from '../../program/step.js';
import { activation, binary, unary, where } from '../specialise/general.js';
import type { Lowering } from '../specialise/node-context.js';
import { isKnown, knownValue, sizeOf, type Value } from '../specialise/value.js';

/** An operator that is one of the library's activations. */
function plain(kind: ActivationKind): Lowering {
  return (node) => activation(node, node.input(0), kind);
}

/** Value by value, without parameters. */
export function valueByValue(operation: UnaryOperation): Lowering {
  return (node) => unary(node, operation, node.input(0));
}

export const relu = plain('relu');
export const sigmoid = plain('sigmoid');
export const tanh = plain('tanh');
export const hardSwish = plain('hardSwish');
export const mish = valueByValue('mish');
export const softplus = valueByValue('softplus');
export const softsign = valueByValue('softsign');

export const leakyRelu: Lowering = (node) => activation(node, node.input(0), 'leakyRelu', node.float('alpha', 0.01));
export const elu: Lowering = (node) => activation(node, node.input(0), 'elu', node.float('alpha', 1));

export const selu: Lowering = (node) => {
  const alpha = node.float('alpha', 1.6732632);
  return unary(node, 'selu', node.input(0), { alpha, beta: node.float('gamma', 1.050701) });
};

export const celu: Lowering = (node) => unary(node, 'celu', node.input(0), { alpha: node.float('alpha', 1) });

export const hardSigmoid: Lowering = (node) => {
  const [alpha, beta] = [node.float('alpha', 0.2), node.float('beta', 0.5)];
  // PyTorch's, which other steps can take along.
  if (Math.abs(alpha - 1 / 6) < 1e-7 && beta === 0.5) return activation(node, node.input(0), 'hardSigmoid');
  return unary(node, 'hardSigmoid', node.input(0), { alpha, beta });
};

export const gelu: Lowering = (node) => {
  const tanhForm = node.word('approximate', ['none', 'tanh'], 'none') === 'tanh';
  return tanhForm ? unary(node, 'geluTanh', node.input(0)) : activation(node, node.input(0), 'gelu');
};

export const thresholdedRelu: Lowering = (node) => {
  const x = node.input(0);
  const single = (value: number) => knownValue(Float32Array.of(value), [], x.type);
  const passes = binary(node, 'greater', x, single(node.float('alpha', 1)), 'bool');
  return where(node, passes, x, single(0));
};

/** Slopes broadcast to x; one value, or one a channel, is an activation. */
export const prelu: Lowering = (node) => {
  const [x, slope] = [node.input(0), node.input(1)];
  const [outer = 1, channels = 1] = x.shape;
  const perChannel = slope.shape.length === x.shape.length - 1 && slope.shape[0] === channels;
  const slopes = slope.shape.reduce((product, size) => product * size, 1);
  if (slopes !== 1 && !(perChannel && slopes === channels)) return binary(node, 'prelu', x, slope);
  const inner = x.shape.slice(2).reduce((product, size) => product * size, 1);
  return node.step({
    kind: 'activation',
    geometry: { outer, channels, inner },
    operands: [x, undefined, slope],
    shape: x.shape,
    type: x.type,
    extras: { activation: { kind: 'prelu', alpha: 0, beta: 0 } },
  });
};

/** Bounds are attributes before opset 11, and inputs that may be absent from then on. */
export const clip: Lowering = (node) => {
  const x = node.input(0);
  const bounds = [1, 2].map((input) => (node.opset >= 11 ? node.optional(input) : undefined));
  if (bounds.every((bound) => bound === undefined || isKnown(bound))) {
    const [least, most] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    const [low, high] =
      node.opset >= 11 ? [node.scalar(1), node.scalar(2)] : [node.float('min', least), node.float('max', most)];
    return clipped(node, x, low ?? least, high ?? most);
  }
  const [low, high] = bounds;
  const raised = low === undefined ? x : binary(node, 'max', x, low);
  return high === undefined ? raised : binary(node, 'min', raised, high);
};

function clipped(node: Parameters<Lowering>[0], x: Value, low: number, high: number): Value {
  if (Number.isNaN(low) || Number.isNaN(high))
    return knownValue(new Float32Array(sizeOf(x)).fill(Number.NaN), x.shape, x.type);
  if (low === 0 && high === 6) return activation(node, x, 'relu6');
  if (low === 0 && high === Number.POSITIVE_INFINITY) return activation(node, x, 'relu');
  // Bounds upside down give the upper one, as min(max(x, low), high) does.
  return activation(node, x, 'clip', Math.min(low, high), high);
}
