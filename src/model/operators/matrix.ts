import { planConv } from '../../geometry/conv.js';
import { planLinear } from '../../geometry/linear.js';
import { broadcastShape } from '../../geometry/walk.js';
import { elementCount, formatShape, type Shape } from '../../shape.js';
import { binary, expanded, transposed, unary } from '../specialise/general.js';
import type { Lowering, NodeContext } from '../specialise/node-context.js';
import { emptyValue, knownValue, reshaped, sizeOf, type Value } from '../specialise/value.js';

/** y = alpha · a · b + beta · c, a and b perhaps transposed. @see https://onnx.ai/onnx/operators/onnx__Gemm.html */
export const gemm: Lowering = (node) => {
  const [a, b] = [node.input(0), node.input(1)];
  const beta = node.float('beta', 1);
  // As in BLAS, what is added 0 times is not read: it may hold a NaN.
  const c = beta === 0 ? undefined : node.optional(2);
  if (a.shape.length !== 2 || b.shape.length !== 2) {
    node.fail(`multiplies matrices, but got ${node.describe(a)} and ${node.describe(b)}`);
  }
  const x = node.int('transA', 0) === 0 ? a : transposed(node, a, [1, 0]);
  const rows = node.int('transB', 0) === 0 ? transposed(node, b, [1, 0]) : b;
  const weight = scaled(node, rows, node.float('alpha', 1));
  const added = c === undefined ? undefined : scaled(node, c, beta);
  const bias = added === undefined ? undefined : asBias(added, weight.shape[0]);
  const plan = planLinear(node.label, { x: x.shape, weight: weight.shape, bias: bias?.shape });
  const y = node.plan(plan, { x, weight, bias }, a.type);
  return added === undefined || bias !== undefined ? y : binary(node, 'add', y, added);
};

function scaled(node: NodeContext, value: Value, factor: number): Value {
  return factor === 1 ? value : unary(node, 'affine', value, { alpha: factor });
}

/** One value a column, or undefined where c differs from row to row. */
function asBias(c: Value, columns: number): Value | undefined {
  const perColumn = sizeOf(c) === columns && (c.shape.at(-1) ?? 1) === columns;
  return perColumn ? reshaped(c, [columns]) : undefined;
}

/** Products of stacks of matrices, as NumPy's matmul. @see https://onnx.ai/onnx/operators/onnx__MatMul.html */
export const matMul: Lowering = (node) => {
  const [left, right] = [node.input(0), node.input(1)];
  if (left.shape.length === 0 || right.shape.length === 0) node.fail('multiplies matrices, but got a single number');
  const a = left.shape.length === 1 ? reshaped(left, [1, ...left.shape]) : left;
  const b = right.shape.length === 1 ? reshaped(right, [...right.shape, 1]) : right;
  if (a.shape.at(-1) !== b.shape.at(-2)) {
    node.fail(`matrices of ${node.describe(left)} and ${node.describe(right)} cannot be multiplied`);
  }
  const y = product(node, a, b);
  const shape = [...y.shape];
  if (right.shape.length === 1) shape.pop();
  if (left.shape.length === 1) shape.splice(right.shape.length === 1 ? -1 : -2, 1);
  return reshaped(y, shape);
};

function product(node: NodeContext, a: Value, b: Value): Value {
  const empty = productOfNothing(node, a, b);
  if (empty !== undefined) return empty;
  if (b.shape.length === 2) {
    const weight = transposed(node, b, [1, 0]);
    return node.plan(planLinear(node.label, { x: a.shape, weight: weight.shape }), { x: a, weight }, a.type);
  }
  const lead = commonLead(node, a, b);
  return a.shape.length === 2 ? onePattern(node, a, b, lead) : stacks(node, a, b, lead);
}

function commonLead(node: NodeContext, a: Value, b: Value): Shape {
  return (
    broadcastShape([a.shape.slice(0, -2), b.shape.slice(0, -2)]) ??
    node.fail(`stacks of matrices ${formatShape(a.shape)} and ${formatShape(b.shape)} do not broadcast`)
  );
}

/** Of matrices without numbers: none, or zeros, which are sums of nothing. Undefined where there is something to do. */
function productOfNothing(node: NodeContext, a: Value, b: Value): Value | undefined {
  if (!a.shape.includes(0) && !b.shape.includes(0)) return undefined;
  const shape = [...commonLead(node, a, b), a.shape[a.shape.length - 2], b.shape[b.shape.length - 1]];
  return shape.includes(0)
    ? emptyValue(shape, a.type)
    : expanded(node, knownValue(Float32Array.of(0), [], a.type), shape);
}

/** The same matrix before every one of b: its rows are the kernels of a 1-D convolution of one tap. */
function onePattern(node: NodeContext, a: Value, b: Value, lead: Shape): Value {
  const [rows, depth] = a.shape;
  const columns = b.shape[b.shape.length - 1];
  const x = reshaped(b, [elementCount(lead, node.label), depth, columns]);
  const weight = reshaped(a, [rows, depth, 1]);
  const plan = planConv(node.label, 1, { x: x.shape, weight: weight.shape });
  return reshaped(node.plan(plan, { x, weight }, a.type), [...lead, rows, columns]);
}

/** Each pair of matrices is a group of such a convolution. */
function stacks(node: NodeContext, a: Value, b: Value, lead: Shape): Value {
  const [rows, depth] = a.shape.slice(-2);
  const columns = b.shape[b.shape.length - 1];
  const count = elementCount(lead, node.label);
  const left = expanded(node, a, [...lead, rows, depth]);
  const right = expanded(node, b, [...lead, depth, columns]);
  const x = reshaped(right, [1, count * depth, columns]);
  const weight = reshaped(left, [count * rows, depth, 1]);
  const plan = planConv(node.label, 1, { x: x.shape, weight: weight.shape }, { groups: count });
  return reshaped(node.plan(plan, { x, weight }, a.type), [...lead, rows, columns]);
}
