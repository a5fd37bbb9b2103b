import { integerRange } from '../integer-range.js';
import { activation, binary, unary } from '../specialise/general.js';
import type { Lowering, NodeContext } from '../specialise/node-context.js';
import { isInteger, knownValue, type Value } from '../specialise/value.js';

/** Results of an operator that makes fractions of whole numbers, cut to whole ones where their type is an integer. */
export function truncating(lowering: Lowering): Lowering {
  return eachResult(lowering, (node, y) => (isInteger(y.type) ? unary(node, 'truncate', y) : y));
}

/** The same for an operator whose results are weighted sums. */
export function wholeMixtures(lowering: Lowering): Lowering {
  return eachResult(lowering, (node, y) => wholeMixture(node, y, 'truncate'));
}

/**
 * A weighted sum as a whole number within its type's range, where that is an integer.
 *
 * Weights are rounded, so that a third of 3 · 100 may come out as 99.99999. A sum that misses a whole number, or a half, by
 * no more than that counts as it: else a picture of one colour would become darker.
 */
export function wholeMixture(node: NodeContext, y: Value, to: 'truncate' | 'round'): Value {
  const range = integerRange(y.type);
  if (range === undefined) return y;
  const whole = to === 'truncate' ? truncated(node, y) : rounded(node, y);
  return activation(node, whole, 'clip', ...range);
}

/** Two units in the last place of a float32. */
const SLACK = 2 ** -22;

function truncated(node: NodeContext, y: Value): Value {
  const slack = activation(node, unary(node, 'affine', y, { alpha: SLACK }), 'clip', -0.25, 0.25);
  return unary(node, 'truncate', binary(node, 'add', y, slack));
}

/** Halves up. */
function rounded(node: NodeContext, y: Value): Value {
  const below = unary(node, 'floor', y);
  const half = knownValue(Float32Array.of(0.5 - 2 ** -12), [], y.type);
  const up = binary(node, 'greaterOrEqual', binary(node, 'sub', y, below), half, y.type);
  return binary(node, 'add', below, up);
}

function eachResult(lowering: Lowering, map: (node: NodeContext, y: Value) => Value): Lowering {
  return (node) => {
    const lowered = lowering(node);
    return Array.isArray(lowered) ? lowered.map((y: Value) => map(node, y)) : map(node, lowered as Value);
  };
}
