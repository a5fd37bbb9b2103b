import { planAdaptivePool } from '../../geometry/adaptive-pool.js';
import type { Sides } from '../../geometry/axes.js';
import { planMaxUnpool } from '../../geometry/max-unpool.js';
import { planAvgPool, planLpPool, planMaxPool } from '../../geometry/pool.js';
import type { PoolRequest } from '../../geometry/pool-setup.js';
import { ceilOutputLength, mapAxes, outputLength, windowExtent } from '../../geometry/window.js';
import { elementCount, formatShape, type Shape } from '../../shape.js';
import { binary, unary } from '../specialise/general.js';
import type { Lowering, NodeContext } from '../specialise/node-context.js';
import { knownValue, reshaped, sizeOf, type Value } from '../specialise/value.js';
import { padded } from './pad.js';
import { type NodeWindow, rankOf, readWindow, spatialOf } from './window.js';

/** A pooling as its attributes give it. */
interface NodePool {
  readonly x: Value;
  readonly window: NodeWindow;
  readonly ceilMode: boolean;
  readonly request: PoolRequest;
}

function readPool(node: NodeContext): NodePool {
  const x = node.input(0);
  const spatial = spatialOf(node, x);
  const kernel = node.ints('kernel_shape') ?? node.fail('attribute kernel_shape is missing');
  if (kernel.length !== spatial.length)
    node.fail(`kernel_shape must have ${spatial.length} values, but has ${kernel.length}`);
  const window = readWindow(node, spatial, kernel);
  const ceilMode = node.int('ceil_mode', 0) !== 0;
  return { x, window, ceilMode, request: requestOf(node, x, kernel) };
}

function requestOf(node: NodeContext, x: Value, kernelSize: readonly number[]): PoolRequest {
  return { operator: node.label, rank: rankOf(kernelSize), x: x.shape, kernelSize, anyPadding: true };
}

/** @see https://onnx.ai/onnx/operators/onnx__MaxPool.html */
export const maxPool: Lowering = (node) => {
  const { x, window, ceilMode, request } = readPool(node);
  const { stride, dilation, padding } = window;
  const plan = planMaxPool(request, { stride, dilation, padding, ceilMode });
  if (!node.wants(1)) return node.plan(plan, { x });
  const { y, indices } = node.planWithIndices(plan, x);
  return [y, flatIndices(node, x, indices)];
};

/** ONNX counts places in the whole tensor, our poolings within a plane. Column-major order swaps the last two axes. */
function flatIndices(node: NodeContext, x: Value, indices: Value): Value {
  const places = node.int('storage_order', 0) === 0 ? indices : columnMajor(node, indices, x.shape.slice(2));
  return binary(node, 'add', places, planeOffsets(node, x));
}

/** Places in a volume whose first axis varies fastest, from those in one whose last does. */
function columnMajor(node: NodeContext, places: Value, space: readonly number[]): Value {
  if (space.length === 1) return places;
  const terms = space.map((size, axis) => {
    const [before, after] = [space.slice(0, axis), space.slice(axis + 1)].map((sizes) =>
      elementCount(sizes, node.label),
    );
    const within = binary(node, 'mod', binary(node, 'intDiv', places, scalar(after)), scalar(size));
    return binary(node, 'mul', within, scalar(before));
  });
  return terms.reduce((sum, term) => binary(node, 'add', sum, term));
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

/**
 * Places count in the whole output, be it the least that the pooling may have had or what output_shape says.
 *
 * @see https://onnx.ai/onnx/operators/onnx__MaxUnpool.html
 */
export const maxUnpool: Lowering = (node) => {
  const [x, indices] = [node.input(0), node.input(1)];
  const spatial = spatialOf(node, x);
  const kernel = node.ints('kernel_shape') ?? node.fail('attribute kernel_shape is missing');
  if (indices.shape.join() !== x.shape.join())
    node.fail(`needs an index for each value of ${node.describe(x)}, but got ${node.describe(indices)}`);
  const { stride, padding } = readWindow(node, spatial, kernel);
  const natural = planMaxUnpool(requestOf(node, x, kernel), { stride, padding });
  const outputShape = unpooledShape(node, x, node.list(2)) ?? natural.outputShape;
  // One volume to the step: so an index is a place in the whole tensor.
  const geometry: typeof natural.geometry = {
    ...{ batch: 1, channels: 1, inputDepth: 1, inputHeight: 1, inputWidth: sizeOf(x) },
    ...{ outputDepth: 1, outputHeight: 1, outputWidth: elementCount(outputShape, node.label) },
  };
  return node.plan({ ...natural, geometry, outputShape }, { x, indices });
};

function unpooledShape(node: NodeContext, x: Value, asked: readonly number[] | undefined): Shape | undefined {
  if (asked === undefined) return undefined;
  const [batch, channels, ...space] = asked;
  const fits = asked.length === x.shape.length && batch === x.shape[0] && channels === x.shape[1];
  if (fits && space.every((size) => size > 0)) return asked;
  return node.fail(`output_shape ${formatShape(asked)} does not fit ${node.describe(x)}`);
}

/** @see https://onnx.ai/onnx/operators/onnx__AveragePool.html */
export const averagePool: Lowering = (node) => {
  const { x, window, ceilMode, request } = readPool(node);
  const { stride, dilation, padding } = window;
  const countIncludePad = node.int('count_include_pad', 0) !== 0;
  return node.plan(planAvgPool(request, { stride, dilation, padding, ceilMode, countIncludePad }), { x });
};

/**
 * The sum of what is there, where a pooling of PyTorch's scales a window that ceil mode cut short: zeros make it whole.
 *
 * @see https://onnx.ai/onnx/operators/onnx__LpPool.html
 */
export const lpPool: Lowering = (node) => {
  const { x, window, ceilMode, request } = readPool(node);
  const { kernel, stride, dilation } = window;
  const outputs = mapAxes({ input: x.shape.slice(2), ...window }, ceilMode ? ceilOutputLength : outputLength);
  const whole = window.padding.map(([before], axis): Sides => {
    const reach = (outputs[axis] - 1) * stride[axis] + windowExtent(kernel[axis], dilation[axis]);
    return [before, Math.max(0, reach - before - x.shape[axis + 2])];
  });
  const magnitudes = padded(node, unary(node, 'abs', x), [[0, 0], [0, 0], ...whole], 0);
  const plan = planLpPool({ ...request, x: magnitudes.shape }, node.int('p', 2), { stride, dilation });
  return node.plan(plan, { x: magnitudes });
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
