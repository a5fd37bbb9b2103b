import { broadcastShape, denseStrides } from '../../geometry/walk.js';
import { elementCount, sameShape } from '../../shape.js';
import { concatenated, expanded, sliced, strided, transposed } from '../specialise/general.js';
import type { Lowering, NodeContext } from '../specialise/node-context.js';
import type { Value } from '../specialise/value.js';

/** @see https://onnx.ai/onnx/operators/onnx__Concat.html */
export const concat: Lowering = (node) => {
  const values = node.inputs();
  const [first] = values;
  if (first === undefined) node.fail('needs at least one input');
  const axis = node.axis(node.int('axis', 1), first.shape.length);
  for (const value of values) {
    const fits =
      value.shape.length === first.shape.length && sameShape(value.shape.with(axis, 0), first.shape.with(axis, 0));
    if (!fits) node.fail(`${node.describe(value)} does not fit ${node.describe(first)} along axis ${axis}`);
  }
  return concatenated(node, values, axis);
};

/** @see https://onnx.ai/onnx/operators/onnx__Split.html */
export const split: Lowering = (node) => {
  const x = node.input(0);
  const axis = node.axis(node.int('axis', 0), x.shape.length);
  const lengths = node.listOf('split', 1, 13) ?? equalParts(node, x.shape[axis]);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (total !== x.shape[axis] || lengths.some((length) => length < 0)) {
    node.fail(`lengths ${lengths.join(', ')} do not add up to axis ${axis} of ${node.describe(x)}`);
  }
  let start = 0;
  return lengths.map((length) => {
    start += length;
    return sliced(node, x, axis, start - length, length);
  });
};

/** Parts of one size; the last one may be smaller. */
function equalParts(node: NodeContext, length: number): number[] {
  const wanted = node.node.outputs.length;
  const count = node.int('num_outputs', wanted);
  if (count < 1) node.fail(`cannot split into ${count} parts`);
  if (count > wanted) node.fail(`num_outputs is ${count}, but the node has ${wanted} outputs`);
  const part = Math.ceil(length / count);
  return Array.from({ length: count }, (_, i) => Math.max(0, Math.min(part, length - i * part)));
}

/** @see https://onnx.ai/onnx/operators/onnx__Slice.html */
export const slice: Lowering = (node) => {
  const x = node.input(0);
  const rank = x.shape.length;
  const starts = node.listOf('starts', 1, 10) ?? node.fail('starts are missing');
  const ends = node.listOf('ends', 2, 10) ?? node.fail('ends are missing');
  const axes = (node.listOf('axes', 3, 10) ?? starts.map((_, i) => i)).map((axis) => node.axis(axis, rank));
  const steps = (node.opset >= 10 ? node.list(4) : undefined) ?? starts.map(() => 1);
  if (ends.length !== starts.length || axes.length !== starts.length || steps.length !== starts.length) {
    node.fail('starts, ends, axes and steps differ in length');
  }
  const strides = denseStrides(x.shape);
  const sizes = [...x.shape];
  let offset = 0;
  axes.forEach((axis, i) => {
    const { first, count } = sliceOf(node, x.shape[axis], { start: starts[i], end: ends[i], step: steps[i] });
    sizes[axis] = count;
    offset += first * strides[axis];
    strides[axis] *= steps[i];
  });
  return strided(node, x, { sizes, strides, offset }, sizes);
};

/**
 * Negative places count from the end, and those beyond an end are moved there. Unlike NumPy's, a slice backwards that
 * starts before the first value has that value: ONNX moves starts to where a value is.
 */
function sliceOf(
  node: NodeContext,
  size: number,
  { start, end, step }: { readonly start: number; readonly end: number; readonly step: number },
): { readonly first: number; readonly count: number } {
  if (step === 0 || !Number.isInteger(step)) node.fail(`steps must be whole numbers and not 0, but one is ${step}`);
  const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
  const place = (given: number, least: number) => Math.min(high, Math.max(least, given < 0 ? given + size : given));
  const [first, last] = [place(start, 0), place(end, low)];
  return { first, count: Math.max(0, Math.ceil((last - first) / step)) };
}

/** @see https://onnx.ai/onnx/operators/onnx__Transpose.html */
export const transpose: Lowering = (node) => {
  const x = node.input(0);
  const order = node.ints('perm') ?? x.shape.map((_, axis) => x.shape.length - 1 - axis);
  if (
    !sameShape(
      [...order].sort((a, b) => a - b),
      x.shape.map((_, axis) => axis),
    )
  ) {
    node.fail(`perm ${order.join(', ')} is no order of the axes of ${node.describe(x)}`);
  }
  return transposed(node, x, order);
};

/** @see https://onnx.ai/onnx/operators/onnx__Expand.html */
export const expand: Lowering = (node) => {
  const x = node.input(0);
  const wanted = node.list(1) ?? node.fail('input 1 is missing');
  const shape =
    broadcastShape([x.shape, wanted]) ?? node.fail(`${node.describe(x)} does not expand to ${wanted.join(', ')}`);
  return expanded(node, x, shape);
};

/** @see https://onnx.ai/onnx/operators/onnx__Tile.html */
export const tile: Lowering = (node) => {
  const x = node.input(0);
  const repeats = node.list(1) ?? node.fail('input 1 is missing');
  if (repeats.length !== x.shape.length)
    node.fail(`repeats must have ${x.shape.length} values, but has ${repeats.length}`);
  const negative = repeats.find((times) => !Number.isInteger(times) || times < 0);
  if (negative !== undefined) node.fail(`repeats must be whole numbers from 0 on, but one is ${negative}`);
  // One axis at a time: what lies from it on, repeated. Axes that stay cost nothing.
  return repeats.reduce((y, times, axis) => {
    const outer = elementCount(y.shape.slice(0, axis), node.label);
    const inner = elementCount(y.shape.slice(axis), node.label);
    const view = { sizes: [outer, times, inner], strides: [inner, 0, 1] };
    return strided(node, y, view, y.shape.with(axis, y.shape[axis] * times));
  }, x);
};

/** @see https://onnx.ai/onnx/operators/onnx__DepthToSpace.html */
export const depthToSpace: Lowering = (node) => {
  const x = node.input(0);
  const { batch, channels, height, width, block } = readBlocks(node, x);
  const depth = channels / (block * block);
  if (!Number.isInteger(depth)) node.fail(`${channels} channels are no multiple of blocksize² = ${block * block}`);
  const plane = height * width;
  const crd = node.word('mode', ['DCR', 'CRD'], 'DCR') === 'CRD';
  // Channel strides of the block's row, its column, and the depth that remains.
  const [row, column, rest] = crd ? [block, 1, block * block] : [block * depth, depth, 1];
  const view = {
    sizes: [batch, depth, height, block, width, block],
    strides: [channels * plane, rest * plane, width, row * plane, 1, column * plane],
  };
  return strided(node, x, view, [batch, depth, height * block, width * block]);
};

/** @see https://onnx.ai/onnx/operators/onnx__SpaceToDepth.html */
export const spaceToDepth: Lowering = (node) => {
  const x = node.input(0);
  const { batch, channels, height, width, block } = readBlocks(node, x);
  const [rows, columns] = [height / block, width / block];
  if (!Number.isInteger(rows) || !Number.isInteger(columns))
    node.fail(`${height} × ${width} is no multiple of blocksize ${block}`);
  const view = {
    sizes: [batch, block, block, channels, rows, columns],
    strides: [channels * height * width, width, 1, height * width, block * width, block],
  };
  return strided(node, x, view, [batch, channels * block * block, rows, columns]);
};

function readBlocks(node: NodeContext, x: Value) {
  if (x.shape.length !== 4) node.fail(`works on [N, C, H, W], but got ${node.describe(x)}`);
  const [batch, channels, height, width] = x.shape;
  const block = node.int('blocksize', 0);
  if (block < 1) node.fail(`attribute blocksize must be positive, but is ${block}`);
  elementCount(x.shape, node.label);
  return { batch, channels, height, width, block };
}
