import { planBatchNorm } from '../../geometry/channelwise.js';
import { elementCount } from '../../shape.js';
import { binary, reduced, unary } from '../specialise/general.js';
import type { Lowering, NodeContext } from '../specialise/node-context.js';
import { reshaped, type Value } from '../specialise/value.js';

/** @see https://onnx.ai/onnx/operators/onnx__BatchNormalization.html */
export const batchNormalization: Lowering = (node) => {
  if (node.int('training_mode', 0) !== 0) node.fail('training_mode is not supported');
  if (node.int('spatial', 1) === 0) node.fail('statistics of each position (spatial = 0) are not supported');
  const [x, weight, bias, mean, variance] = [0, 1, 2, 3, 4].map((input) => node.input(input));
  const [batch = 1, channels = 1, ...space] = x.shape;
  // One line of values a channel, whatever the axes.
  const flat = [batch, channels, elementCount(space, node.label)];
  const shapes = { x: flat, mean: mean.shape, variance: variance.shape, weight: weight.shape, bias: bias.shape };
  const plan = planBatchNorm(node.label, 1, shapes, { eps: node.float('epsilon', 1e-5) });
  const y = node.plan(plan, { x: reshaped(x, flat), mean, variance, weight, bias }, x.type);
  return reshaped(y, x.shape);
};

/** @see https://onnx.ai/onnx/operators/onnx__InstanceNormalization.html */
export const instanceNormalization: Lowering = (node) => {
  const [x, scale, bias] = [node.input(0), node.input(1), node.input(2)];
  const [batch = 1, channels = 1, ...space] = x.shape;
  const y = normalized(node, x, batch * channels);
  const perChannel = [channels, ...space.map(() => 1)];
  return binary(node, 'add', binary(node, 'mul', y, reshaped(scale, perChannel)), reshaped(bias, perChannel));
};

/** @see https://onnx.ai/onnx/operators/onnx__LayerNormalization.html */
export const layerNormalization: Lowering = (node) => {
  const [x, scale, bias] = [node.input(0), node.input(1), node.optional(2)];
  const axis = node.axis(node.int('axis', -1), x.shape.length);
  const scaled = binary(node, 'mul', normalized(node, x, elementCount(x.shape.slice(0, axis), node.label)), scale);
  const y = bias === undefined ? scaled : binary(node, 'add', scaled, bias);
  if (!node.wants(1) && !node.wants(2)) return y;
  const axes = x.shape.map((_, i) => i).slice(axis);
  const mean = reduced(node, 'mean', x, axes, true);
  const centred = binary(node, 'sub', x, mean);
  const variance = reduced(node, 'mean', binary(node, 'mul', centred, centred), axes, true);
  const padded = unary(node, 'affine', variance, { alpha: 1, beta: node.float('epsilon', 1e-5) });
  return [y, mean, unary(node, 'reciprocal', unary(node, 'sqrt', padded))];
};

function normalized(node: NodeContext, x: Value, rows: number): Value {
  const length = x.shape.includes(0) ? 0 : elementCount(x.shape, node.label) / rows;
  return node.step({
    kind: 'normalize',
    geometry: { rows, length },
    operands: [x],
    shape: x.shape,
    type: x.type,
    extras: { scalars: [node.float('epsilon', 1e-5)] },
  });
}

/** @see https://onnx.ai/onnx/operators/onnx__LRN.html */
export const localResponseNormalization: Lowering = (node) => {
  const x = node.input(0);
  const [outer = 1, channels = 1, ...space] = x.shape;
  const size = node.int('size', 0);
  if (size < 1) node.fail(`attribute size must be positive, but is ${size}`);
  return node.step({
    kind: 'lrn',
    geometry: { outer, channels, inner: elementCount(space, node.label), size },
    operands: [x],
    shape: x.shape,
    extras: { scalars: [node.float('alpha', 1e-4), node.float('beta', 0.75), node.float('bias', 1)] },
  });
};

/** Before opset 13 all axes from `axis` on (by default 1) are one. */
function softmaxOf(kind: 'softmax' | 'logSoftmax'): Lowering {
  return (node) => {
    const x = node.input(0);
    const rank = Math.max(1, x.shape.length);
    const axis = node.axis(node.int('axis', node.opset >= 13 ? -1 : 1), rank);
    const rest = x.shape.slice(axis + 1);
    const [length, inner] =
      node.opset >= 13
        ? [x.shape[axis] ?? 1, elementCount(rest, node.label)]
        : [elementCount(x.shape.slice(axis), node.label), 1];
    const outer = elementCount(x.shape.slice(0, axis), node.label);
    return node.step({ kind, geometry: { outer, length, inner }, operands: [x], shape: x.shape, type: x.type });
  };
}

export const softmax = softmaxOf('softmax');
export const logSoftmax = softmaxOf('logSoftmax');
