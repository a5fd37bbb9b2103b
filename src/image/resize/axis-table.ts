/**
 * Which inputs make each output along one axis of an image, and with which weights: two operands of the step imageResize. The
 * inputs count from `first`, and reach over `extent`.
 */
export interface AxisTable {
  readonly first: number;
  readonly extent: number;
  readonly outputs: number;
  readonly taps: number;
  /** Of each output its first input and their number. */
  readonly bounds: Int32Array;
  /** Of each output `taps` weights, of which those count that have an input. */
  readonly weights: Float32Array;
}

/** The inputs of one output: the first, and a weight for each. At least one. */
export interface Taps {
  readonly first: number;
  readonly weights: readonly number[];
}

/** Which outputs a table is for, and how many taps one of them has at most. */
export interface OutputRange {
  readonly begin: number;
  readonly count: number;
  readonly mostTaps: number;
}

/** The table of outputs that have these taps; they are asked for in their order. */
export function axisTable({ begin, count, mostTaps }: OutputRange, tapsOf: (output: number) => Taps): AxisTable {
  const bounds = new Int32Array(2 * count);
  const wide = new Float32Array(mostTaps * count);
  let [first, end, taps] = [Number.POSITIVE_INFINITY, 0, 0];
  for (let i = 0; i < count; i++) {
    const output = tapsOf(begin + i);
    const { length } = output.weights;
    bounds[2 * i] = output.first;
    bounds[2 * i + 1] = length;
    wide.set(output.weights, i * mostTaps);
    first = Math.min(first, output.first);
    end = Math.max(end, output.first + length);
    taps = Math.max(taps, length);
  }
  for (let i = 0; i < count; i++) bounds[2 * i] -= first;
  return { first, extent: end - first, outputs: count, taps, bounds, weights: narrowed(wide, mostTaps, taps) };
}

/** The weights without what no output has. */
function narrowed(weights: Float32Array, from: number, to: number): Float32Array {
  if (from === to) return weights;
  const count = weights.length / from;
  for (let i = 1; i < count; i++) weights.copyWithin(i * to, i * from, i * from + to);
  return weights.slice(0, count * to);
}

/** Taps with the weights on inputs outside 0 … length − 1 moved to the outermost ones. */
export function repeatEdges(first: number, weights: readonly number[], length: number): Taps {
  const inside = (place: number) => Math.min(Math.max(place, 0), length - 1);
  const from = inside(first);
  const sums = new Array<number>(inside(first + weights.length - 1) - from + 1).fill(0);
  weights.forEach((weight, t) => {
    sums[inside(first + t) - from] += weight;
  });
  return { first: from, weights: sums };
}

/** Taps without the outermost weights of 0, which add nothing but another pixel's NaN. */
export function withoutZeros({ first, weights }: Taps): Taps {
  let [begin, end] = [0, weights.length];
  while (end - begin > 1 && weights[end - 1] === 0) end--;
  while (end - begin > 1 && weights[begin] === 0) begin++;
  return { first: first + begin, weights: weights.slice(begin, end) };
}
