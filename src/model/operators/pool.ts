import { planAdaptivePool } from '../../geometry/adaptive-pool.js';
import type { Sides } from '../../geometry/axes.js';
import { planMaxUnpool } from '../../geometry/max-unpool.js';
import { planAvgPool, planLpPool, planMaxPool } from '../../geometry/pool.js';
import { elementCount } from '../../shape.js';
import { binary, unary } from '../specialise/general.js';
import type { Lowering, NodeContext } from '../specialise/node-context.js';
import { knownValue, reshaped, type Value } from '../specialise/value.js';
import { padded } from './pad.js';
import { type NodeWindow, rankOf, readWindow, spatialOf } from './window.js';

/** A pooling's window; padding wider than shape logic allows is taken out, to be added to the input. */
interface PoolWindow {
  readonly x: Value;
  readonly window: NodeWindow;
  readonly ceilMode: boolean;
}

function readPool(node: NodeContext, filler: number): PoolWindow {
  const x = node.input(0);
  const spatial = spatialOf(node, x);
  const kernel = node.ints('kernel_shape') ?? node.fail('attribute kernel_shape is missing');
  if (kernel.length !== spatial.length)
    node.fail(`kernel_shape must have ${spatial.length} values, but has ${kernel.length}`);
  const window = readWindow(node, spatial, kernel);
  const ceilMode = node.int('ceil_mode', 0) !== 0;
  const fits = window.padding.every((sides, axis) => Math.max(...sides) <= Math.floor(kernel[axis] / 2));
  if (fits) return { x, window, ceilMode };
  const none = kernel.map((): Sides => [0, 0]);
  return {
    x: padded(node, x, [[0, 0], [0, 0], ...window.padding], filler),
    window: { ...window, padding: none },
    ceilMode,
  };
}

/** @see https://onnx.ai/onnx/operators/onnx__MaxPool.html */
export const maxPool: Lowering = (node) => {
  const { x, window, ceilMode } = readPool(node, Number.NEGATIVE_INFINITY);
  const { kernel, stride, dilation, padding } = window;
  const rank = rankOf(kernel);
  const request = { operator: node.label, rank, x: x.shape, kernelSize: kernel };
  const plan = planMaxPool(request, { stride, dilation, padding, ceilMode });
  if (!node.wants(1)) return node.plan(plan, { x });
  if (x !== node.input(0)) node.fail('indices of a pooling whose padding exceeds half of its kernel are not supported');
  const { y, indices } = node.planWithIndices(plan, x);
  return [y, flatIndices(node, x, indices)];
};

/** ONNX counts places in the whole tensor, our poolings within a plane. Column-major order swaps the last two axes. */
function flatIndices(node: NodeContext, x: Value, indices: Value): Value {
  let places = indices;
  if (node.int('storage_order', 0) !== 0) {
    const [height, width] = [x.shape.at(-2) ?? 1, x.shape.at(-1) ?? 1];
    const planes = x.shape.slice(2).length === 2 ? 1 : node.fail('storage_order 1 is for two spatial axes');
    const row = binary(node, 'intDiv', places, scalar(width * planes));
    const column = binary(node, 'mod', places, scalar(width));
    places = binary(node, 'add', binary(node, 'mul', column, scalar(height)), row);
  }
  return binary(node, 'add', places, planeOffsets(node, x));
}

function planeOffsets(node: NodeContext, x: Value): Value {
  const [batch, channels, ...space] = x.shape;
  const volume = elementCount(space, node.label);
  const offsets = Float64Array.from({ length: batch * channels }, (_, plane) => plane * volume);
  return knownValue(offsets, [batch, channels, ...space.map(() => 1)], 'int64');
}

function scalar(value: number): Value {
  return knownValue(Float64Array.of(value), [], 'int64');
}

/** @see https://onnx.ai/onnx/operators/onnx__MaxUnpool.html */
export const maxUnpool: Lowering = (node) => {
  const [x, places] = [node.input(0), node.input(1)];
  const spatial = spatialOf(node, x);
  const kernel = node.ints('kernel_shape') ?? node.fail('attribute kernel_shape is missing');
  const { stride, padding } = readWindow(node, spatial, kernel);
  const request = { operator: node.label, rank: rankOf(spatial), x: x.shape, kernelSize: kernel };
  const natural = planMaxUnpool(request, { stride, padding });
  const asked = node.list(2)?.slice(2);
  // Places count in the natural output. Where a larger one is asked for, the same places lie elsewhere.
  const volume = elementCount(natural.outputShape.slice(2), node.label);
  const within = binary(node, 'mod', places, scalar(volume));
  const y = node.plan(natural, { x, indices: within });
  if (asked === undefined) return y;
  return padded(
    node,
    y,
    [[0, 0], [0, 0], ...asked.map((size, axis): Sides => [0, size - natural.outputShape[axis + 2]])],
    0,
  );
};

/** @see https://onnx.ai/onnx/operators/onnx__AveragePool.html */
export const averagePool: Lowering = (node) => {
  const { x, window, ceilMode } = readPool(node, 0);
  const { kernel, stride, padding } = window;
  if (window.dilation.some((d) => d !== 1)) node.fail('dilations of an average pooling are not supported');
  const countIncludePad = node.int('count_include_pad', 0) !== 0;
  const average = (of: Value, included: boolean) => {
    const request = { operator: node.label, rank: rankOf(kernel), x: of.shape, kernelSize: kernel };
    return node.plan(planAvgPool(request, { stride, padding, ceilMode, countIncludePad: included }), { x: of });
  };
  const source = node.input(0);
  if (x === source || countIncludePad) return average(x, countIncludePad);
  // The padding was added to the input, and must not count: the mean of ones says how much of a window is input.
  const ones = knownValue(
    new Float32Array(elementCount(source.shape.slice(2), node.label)).fill(1),
    [1, 1, ...source.shape.slice(2)],
    'float32',
  );
  const { padding: wanted } = readWindow(node, source.shape.slice(2), kernel);
  const share = average(padded(node, ones, [[0, 0], [0, 0], ...wanted], 0), true);
  return binary(node, 'div', average(x, true), share);
};

/** @see https://onnx.ai/onnx/operators/onnx__LpPool.html */
export const lpPool: Lowering = (node) => {
  const x = node.input(0);
  const spatial = spatialOf(node, x);
  const kernel = node.ints('kernel_shape') ?? node.fail('attribute kernel_shape is missing');
  const { stride, dilation, padding } = readWindow(node, spatial, kernel);
  if (dilation.some((d) => d !== 1)) node.fail('dilations of a power-average pooling are not supported');
  const ceilMode = node.int('ceil_mode', 0) !== 0;
  const magnitudes = padded(node, unary(node, 'abs', x), [[0, 0], [0, 0], ...padding], 0);
  const request = { operator: node.label, rank: rankOf(spatial), x: magnitudes.shape, kernelSize: kernel };
  return node.plan(planLpPool(request, node.int('p', 2), { stride, ceilMode }), { x: magnitudes });
};

function globalPool(kind: 'adaptiveAvgPool' | 'adaptiveMaxPool'): Lowering {
  return (node) => {
    const x = node.input(0);
    if (x.shape.length < 3) node.fail(`works on [N, C] and spatial axes, but got ${node.describe(x)}`);
    const [batch, channels, ...space] = x.shape;
    // Any number of axes is one long line to a pooling over all of it.
    const flat = space.length <= 3 ? x : reshaped(x, [batch, channels, elementCount(space, node.label)]);
    const rank = rankOf(flat.shape.slice(2));
    const plan = planAdaptivePool({ kind, operator: node.label, rank, x: flat.shape, outputSize: 1 });
    return reshaped(node.plan(plan, { x: flat }), [batch, channels, ...space.map(() => 1)]);
  };
}

/** @see https://onnx.ai/onnx/operators/onnx__GlobalAveragePool.html */
export const globalAveragePool = globalPool('adaptiveAvgPool');
/** @see https://onnx.ai/onnx/operators/onnx__GlobalMaxPool.html */
export const globalMaxPool = globalPool('adaptiveMaxPool');
