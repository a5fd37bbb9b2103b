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

/** The table of outputs that have these taps. */
export function axisTable(outputs: readonly Taps[]): AxisTable {
  const first = Math.min(...extremes(outputs, (taps) => taps.first));
  const end = Math.max(...extremes(outputs, (taps) => taps.first + taps.weights.length));
  const taps = Math.max(...extremes(outputs, ({ weights }) => weights.length));
  const bounds = new Int32Array(2 * outputs.length);
  const weights = new Float32Array(taps * outputs.length);
  outputs.forEach((output, i) => {
    bounds[2 * i] = output.first - first;
    bounds[2 * i + 1] = output.weights.length;
    weights.set(output.weights, i * taps);
  });
  return { first, extent: end - first, outputs: outputs.length, taps, bounds, weights };
}

/** The smallest and largest of a list that may be too long for the arguments of a call. */
function extremes(outputs: readonly Taps[], measure: (taps: Taps) => number): readonly [number, number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const output of outputs) {
    const value = measure(output);
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return [least, most];
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
