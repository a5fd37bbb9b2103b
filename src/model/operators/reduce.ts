import type { ReduceOperation } from '../../geometry/records.js';
import { binary, reduced } from '../specialise/general.js';
import type { Lowering, NodeContext } from '../specialise/node-context.js';
import { isInteger, knownValue, reshaped, sizeOf, type Value } from '../specialise/value.js';

/** Axes became an input at opset 18, for sums at 13. */
function reduction(operation: ReduceOperation, since = 18): (node: NodeContext) => Value {
  return (node) => {
    const x = node.input(0);
    const axes = readAxes(node, x, since);
    const keepDims = node.int('keepdims', 1) !== 0;
    return axes.length === 0 ? x : reduced(node, operation, x, axes, keepDims);
  };
}

/** Without axes all are reduced, or none where noop_with_empty_axes says so. */
function readAxes(node: NodeContext, x: Value, since: number): number[] {
  const given = node.listOf('axes', 1, since) ?? [];
  if (given.length > 0) return [...new Set(given.map((axis) => node.axis(axis, x.shape.length)))];
  return node.int('noop_with_empty_axes', 0) === 0 ? x.shape.map((_, axis) => axis) : [];
}

const mean = reduction('mean');
const sumAsMean = reduction('sum');

/** A mean of whole numbers is their sum, divided towards zero. */
export const reduceMean: Lowering = (node) => {
  const x = node.input(0);
  if (!isInteger(x.type)) return mean(node);
  const total = sumAsMean(node);
  const count = sizeOf(x) / sizeOf(total);
  return count === 1 ? total : binary(node, 'intDiv', total, knownValue(Float64Array.of(count), [], x.type));
};
export const reduceSum = reduction('sum', 13);
export const reduceMax = reduction('max');
export const reduceMin = reduction('min');
export const reduceProd = reduction('prod');

function argument(first: ReduceOperation, last: ReduceOperation): Lowering {
  return (node) => {
    const x = node.input(0);
    const axis = node.axis(node.int('axis', 0), x.shape.length);
    const operation = node.int('select_last_index', 0) === 0 ? first : last;
    const y = reduced(node, operation, x, [axis], node.int('keepdims', 1) !== 0);
    return reshaped(y, y.shape, 'int64');
  };
}

export const argMax = argument('argMax', 'argMaxLast');
export const argMin = argument('argMin', 'argMinLast');
