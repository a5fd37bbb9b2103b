import {
  BINARY_OPERATIONS,
  type BinaryOperation,
  REDUCE_OPERATIONS,
  type ReduceOperation,
  UNARY_OPERATIONS,
  type UnaryOperation,
} from '../../geometry/records.js';
import { axisFields, broadcastShape, broadcastStrides, denseStrides, walkOf } from '../../geometry/walk.js';
import { type ActivationRecord, IDENTITY } from '../../program/step.js';
import { elementCount, formatShape, type Shape } from '../../shape.js';
import type { ElementType } from '../onnx/types.js';
import type { NodeContext } from './node-context.js';
import { emptyValue, reshaped, sizeOf, type Value } from './value.js';

/** The steps that most operators come down to. Each appends at most one. */

export interface UnaryOptions {
  readonly alpha?: number;
  readonly beta?: number;
  readonly type?: ElementType;
}

export function unary(node: NodeContext, operation: UnaryOperation, x: Value, options: UnaryOptions = {}): Value {
  const { alpha = 0, beta = 0, type = x.type } = options;
  return node.step({
    kind: 'unary',
    geometry: { operation: UNARY_OPERATIONS.indexOf(operation), size: sizeOf(x) },
    operands: [x],
    shape: x.shape,
    type,
    extras: { scalars: [alpha, beta] },
  });
}

/** An activation whose parameters are numbers. */
export function activation(node: NodeContext, x: Value, kind: ActivationRecord['kind'], alpha = 0, beta = 0): Value {
  const [outer = 1, channels = 1, ...space] = x.shape;
  const inner = x.shape.includes(0) ? 0 : elementCount(space, node.label);
  return node.step({
    kind: 'activation',
    geometry: { outer, channels, inner },
    operands: [x, undefined, undefined],
    shape: x.shape,
    type: x.type,
    extras: { activation: { ...IDENTITY, kind, alpha, beta } },
  });
}

export function binary(
  node: NodeContext,
  operation: BinaryOperation,
  a: Value,
  b: Value,
  type: ElementType = a.type,
): Value {
  const shape = commonShape(node, [a, b]);
  if (shape.includes(0)) return emptyValue(shape, type);
  const { sizes, strides } = walkOf(node.label, {
    sizes: shape,
    strides: [broadcastStrides(a.shape, shape), broadcastStrides(b.shape, shape)],
  });
  return node.step({
    kind: 'binary',
    geometry: {
      operation: BINARY_OPERATIONS.indexOf(operation),
      ...axisFields('size', sizes),
      ...axisFields('a', strides[0]),
      ...axisFields('b', strides[1]),
    },
    operands: [a, b],
    shape,
    type,
  });
}

export function where(node: NodeContext, condition: Value, a: Value, b: Value): Value {
  const shape = commonShape(node, [condition, a, b]);
  if (shape.includes(0)) return emptyValue(shape, a.type);
  const { sizes, strides } = walkOf(node.label, {
    sizes: shape,
    strides: [condition, a, b].map((value) => broadcastStrides(value.shape, shape)),
  });
  return node.step({
    kind: 'where',
    geometry: {
      ...axisFields('size', sizes),
      ...axisFields('condition', strides[0]),
      ...axisFields('a', strides[1]),
      ...axisFields('b', strides[2]),
    },
    operands: [condition, a, b],
    shape,
    type: a.type,
  });
}

/** x seen along other axes: `strides` are x's own, from `offset` on. */
export interface View {
  readonly sizes: readonly number[];
  readonly strides: readonly number[];
  readonly offset?: number;
}

/** Copies a view of x into a dense tensor of `shape`. Where the view is x itself, nothing is copied. */
export function strided(node: NodeContext, x: Value, { sizes, strides, offset = 0 }: View, shape: Shape): Value {
  if (shape.includes(0)) return emptyValue(shape, x.type);
  const walk = walkOf(node.label, { sizes, strides: [strides] });
  const dense = denseStrides(walk.sizes);
  const isAll = walk.sizes.every((size, axis) => size === 1 || walk.strides[0][axis] === dense[axis]);
  if (isAll && offset === 0 && elementCount(shape, node.label) === sizeOf(x)) return reshaped(x, shape);
  return node.step({
    kind: 'strided',
    geometry: { offset, ...axisFields('size', walk.sizes), ...axisFields('stride', walk.strides[0]) },
    operands: [x],
    shape,
    type: x.type,
  });
}

/** Axes in another order: axis i of the result is axis order[i] of x. */
export function transposed(node: NodeContext, x: Value, order: readonly number[]): Value {
  const dense = denseStrides(x.shape);
  const sizes = order.map((axis) => x.shape[axis]);
  return strided(node, x, { sizes, strides: order.map((axis) => dense[axis]) }, sizes);
}

/** x repeated to fill `shape`. */
export function expanded(node: NodeContext, x: Value, shape: Shape): Value {
  return strided(node, x, { sizes: shape, strides: broadcastStrides(x.shape, shape) }, shape);
}

/** `length` values from `start` on along one axis. */
export function sliced(node: NodeContext, x: Value, axis: number, start: number, length: number): Value {
  const strides = denseStrides(x.shape);
  const sizes = x.shape.with(axis, length);
  return strided(node, x, { sizes, strides, offset: start * strides[axis] }, sizes);
}

/** Operands of a step: less than the native core takes. */
const MOST_OPERANDS = 1000;

export function concatenated(node: NodeContext, values: readonly Value[], axis: number): Value {
  const [first] = values;
  const length = values.reduce((sum, value) => sum + value.shape[axis], 0);
  const shape = first.shape.with(axis, length);
  const present = values.filter((value) => value.shape[axis] > 0);
  if (present.length === 1) return reshaped(present[0], shape);
  if (present.length > MOST_OPERANDS) return concatenated(node, joinedInGroups(node, present, axis), axis);
  return node.step({
    kind: 'concat',
    geometry: {
      outer: elementCount(shape.slice(0, axis), node.label),
      inner: elementCount(shape.slice(axis + 1), node.label),
    },
    operands: present,
    shape,
    type: first.type,
  });
}

/** Fewer and longer values, in the same order. */
function joinedInGroups(node: NodeContext, values: readonly Value[], axis: number): Value[] {
  const groups: Value[] = [];
  for (let start = 0; start < values.length; start += MOST_OPERANDS) {
    groups.push(concatenated(node, values.slice(start, start + MOST_OPERANDS), axis));
  }
  return groups;
}

/** Reduces some axes of x to 1, or drops them. */
export function reduced(
  node: NodeContext,
  operation: ReduceOperation,
  x: Value,
  axes: readonly number[],
  keepDims: boolean,
): Value {
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const shape = keepDims
    ? x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
    : kept.map((axis) => x.shape[axis]);
  const sorted = [...axes].sort((a, b) => a - b);
  const adjoining = sorted.every((axis, i) => i === 0 || axis === sorted[i - 1] + 1);
  const source = adjoining ? x : transposed(node, x, [...kept, ...sorted]);
  const [outer, inner] = adjoining
    ? [x.shape.slice(0, sorted[0] ?? 0), x.shape.slice((sorted.at(-1) ?? -1) + 1)]
    : [kept.map((axis) => x.shape[axis]), []];
  const length = elementCount(
    sorted.map((axis) => x.shape[axis]),
    node.label,
  );
  if (length === 0) node.fail(`reduces no values: axes ${formatShape(sorted)} of ${node.describe(x)}`);
  return node.step({
    kind: 'reduce',
    geometry: {
      operation: REDUCE_OPERATIONS.indexOf(operation),
      outer: elementCount(outer, node.label),
      length,
      inner: elementCount(inner, node.label),
    },
    operands: [source],
    shape,
    type: x.type,
  });
}

function commonShape(node: NodeContext, values: readonly Value[]): Shape {
  const shape = broadcastShape(values.map((value) => value.shape));
  return shape ?? node.fail(`shapes ${values.map((value) => formatShape(value.shape)).join(' and ')} do not broadcast`);
}
