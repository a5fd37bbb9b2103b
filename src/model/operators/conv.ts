import { planConv } from '../../geometry/conv.js';
import { planConvTranspose } from '../../geometry/conv-transpose.js';
import { formatShape, sameShape } from '../../shape.js';
import type { Lowering, NodeContext } from '../specialise/node-context.js';
import type { Value } from '../specialise/value.js';
import { perAxis, rankOf, readAutoPad, readPads, readWindow, shared, spatialOf } from './window.js';

/** @see https://onnx.ai/onnx/operators/onnx__Conv.html */
export const conv: Lowering = (node) => {
  const [x, weight, bias] = [node.input(0), node.input(1), node.optional(2)];
  const spatial = spatialOf(node, x);
  checkKernel(node, weight, spatial);
  const { stride, dilation, padding } = readWindow(node, spatial, weight.shape.slice(2));
  const groups = node.int('group', 1);
  const shapes = { x: x.shape, weight: weight.shape, bias: bias?.shape };
  const plan = planConv(node.label, rankOf(spatial), shapes, { stride, dilation, padding, groups });
  return node.plan(plan, { x, weight, bias });
};

/** @see https://onnx.ai/onnx/operators/onnx__ConvTranspose.html */
export const convTranspose: Lowering = (node) => {
  const [x, weight, bias] = [node.input(0), node.input(1), node.optional(2)];
  const spatial = spatialOf(node, x);
  checkKernel(node, weight, spatial);
  const kernel = weight.shape.slice(2);
  const stride = perAxis(node, 'strides', kernel.length);
  const dilation = perAxis(node, 'dilations', kernel.length);
  const outputPadding = perAxis(node, 'output_padding', kernel.length, 0);
  // Everything that the input reaches; pads cut it, and output padding extends it by zeros.
  const whole = spatial.map((size, axis) => (size - 1) * stride[axis] + (kernel[axis] - 1) * dilation[axis] + 1);
  const cuts = transposePads(node, { whole, stride, spatial, outputPadding });
  const groups = node.int('group', 1);
  const shapes = { x: x.shape, weight: weight.shape, bias: bias?.shape };
  const padding = cuts.map(({ before, after }, axis) => [before, Math.max(0, after - outputPadding[axis])] as const);
  const extra = cuts.map(({ after }, axis) => Math.max(0, outputPadding[axis] - after));
  const plan = planConvTranspose(node.label, rankOf(spatial), shapes, {
    stride,
    dilation,
    padding,
    outputPadding: extra,
    groups,
  });
  return node.plan(plan, { x, weight, bias });
};

interface Cut {
  readonly before: number;
  readonly after: number;
}

function transposePads(
  node: NodeContext,
  sizes: {
    readonly whole: readonly number[];
    readonly stride: readonly number[];
    readonly spatial: readonly number[];
    readonly outputPadding: readonly number[];
  },
): readonly Cut[] {
  const { whole, stride, spatial, outputPadding } = sizes;
  const mode = readAutoPad(node);
  const asked = node.ints('output_shape')?.slice(-whole.length);
  if (asked === undefined && mode === 'NOTSET') {
    return readPads(node, whole.length).map(([before, after]) => ({ before, after }));
  }
  if (asked === undefined && mode === 'VALID') return whole.map(() => ({ before: 0, after: 0 }));
  return whole.map((size, axis) => {
    const output = asked?.[axis] ?? spatial[axis] * stride[axis];
    const total = size + outputPadding[axis] - output;
    // The odd one goes where SAME_UPPER says, and by default before.
    const [before, after] = shared(Math.max(0, total), mode === 'SAME_UPPER' ? 'SAME_UPPER' : 'SAME_LOWER');
    // Less than nothing to cut is so much more of output padding.
    return { before, after: total < 0 ? total : after };
  });
}

function checkKernel(node: NodeContext, weight: Value, spatial: readonly number[]): void {
  const kernel = weight.shape.slice(2);
  if (weight.shape.length !== spatial.length + 2) {
    node.fail(`the weight must have ${spatial.length + 2} axes for this input, but is ${node.describe(weight)}`);
  }
  const declared = node.ints('kernel_shape');
  if (declared !== undefined && !sameShape(declared, kernel)) {
    node.fail(`kernel_shape is ${formatShape(declared)}, but the weight's kernel is ${formatShape(kernel)}`);
  }
}
