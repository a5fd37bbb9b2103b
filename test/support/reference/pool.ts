import { type Expected, forEachPoint, largest, magnitude, type Options, type Triple, type Volume } from './types.js';
import { outputSize, perAxis, type Rules, readRules } from './window.js';

/** The elements of one window of one plane: flat indices within the plane, in row-major order. */
type Window = readonly number[];

interface Plan {
  readonly shape: readonly number[];
  /** Calls back for every output of every plane, in order, with the window's values and indices. */
  forEach(visit: (indices: Window, plane: Float64Array, point: Triple) => void): void;
}

function planes(x: Volume): { count: number; size: number; space: Triple } {
  const [batch, channels, ...space] = x.shape;
  return { count: batch * channels, size: space[0] * space[1] * space[2], space: space as unknown as Triple };
}

function windows(x: Volume, output: Triple, axisMembers: (axis: number, o: number) => readonly number[]): Plan {
  const { count, size, space } = planes(x);
  return {
    shape: [x.shape[0], x.shape[1], ...output],
    forEach(visit) {
      for (let plane = 0; plane < count; plane++) {
        const data = x.data.subarray(plane * size, (plane + 1) * size);
        forEachPoint(output, (z, y, q) => {
          const indices: number[] = [];
          for (const i of axisMembers(0, z)) {
            for (const j of axisMembers(1, y)) {
              for (const k of axisMembers(2, q)) indices.push((i * space[1] + j) * space[2] + k);
            }
          }
          visit(indices, data, [z, y, q]);
        });
      }
    },
  };
}

function sliding(x: Volume, rules: Rules, ceil: unknown): Plan {
  const { space } = planes(x);
  const output = rules.map((rule, axis) => outputSize(space[axis], rule, ceil === true)) as unknown as Triple;
  return windows(x, output, (axis, o) => {
    const { kernel, stride, dilation, before } = rules[axis];
    const members = Array.from({ length: kernel }, (_, k) => o * stride + k * dilation - before);
    return members.filter((position) => position >= 0 && position < space[axis]);
  });
}

function adaptive(x: Volume, output: Triple): Plan {
  const { space } = planes(x);
  return windows(x, output, (axis, o) => {
    const start = Math.floor((o * space[axis]) / output[axis]);
    const end = Math.ceil(((o + 1) * space[axis]) / output[axis]);
    return Array.from({ length: end - start }, (_, i) => start + i);
  });
}

/** A later NaN always wins; otherwise the first of the largest. A dilated window may miss the input altogether. */
function maxima(plan: Plan): Expected {
  const values: number[] = [];
  const indices: number[] = [];
  plan.forEach((window, plane) => {
    let best = window[0];
    for (const index of window) {
      if (plane[index] > plane[best] || Number.isNaN(plane[index])) best = index;
    }
    values.push(window.length === 0 ? Number.NEGATIVE_INFINITY : plane[best]);
    indices.push(best ?? 0);
  });
  return { shape: plan.shape, values: Float64Array.from(values), indices: Int32Array.from(indices), scale: 0 };
}

/** `divisor` counts for the average of a window with `members` inside the input. */
function averages(plan: Plan, divisor: (members: number, point: Triple) => number): Expected {
  const values: number[] = [];
  let scale = 0;
  plan.forEach((window, plane, point) => {
    let [sum, magnitudes] = [0, 0];
    for (const index of window) {
      sum += plane[index];
      magnitudes += magnitude(plane[index]);
    }
    const count = divisor(window.length, point);
    values.push(sum / count);
    scale = Math.max(scale, magnitudes / Math.abs(count));
  });
  return { shape: plan.shape, values: Float64Array.from(values), scale };
}

export function maxPool(x: Volume, kernelSize: unknown, rank: number, options: Options): Expected {
  return maxima(sliding(x, readRules(rank, perAxis(kernelSize, rank, 1), options, true), options.ceilMode));
}

export function avgPool(x: Volume, kernelSize: unknown, rank: number, options: Options): Expected {
  const rules = readRules(rank, perAxis(kernelSize, rank, 1), options, true);
  const { space } = planes(x);
  const plan = sliding(x, rules, options.ceilMode);
  return averages(plan, (members, point) => {
    if (options.divisorOverride !== undefined) return options.divisorOverride as number;
    if (options.countIncludePad === false) return members;
    // The padding counts; what a ceil-mode window covers beyond it does not.
    return rules.reduce((product, { kernel, stride, before, after }, axis) => {
      const start = point[axis] * stride - before;
      return product * (Math.min(start + kernel, space[axis] + after) - start);
    }, 1);
  });
}

export function lpPool(x: Volume, p: number, kernelSize: unknown, rank: number, options: Options): Expected {
  const rules = readRules(rank, perAxis(kernelSize, rank, 1), options, true);
  const powers = { shape: x.shape, data: x.data.map((value) => value ** p) };
  const { shape, values } = averages(sliding(powers, rules, options.ceilMode), (members) => members);
  const volume = rules.reduce((product, { kernel }) => product * kernel, 1);
  const norms = values.map((mean) => (mean * volume) ** (1 / p));
  return { shape, values: norms, scale: largest(norms) };
}

export function adaptiveMaxPool(x: Volume, output: Triple): Expected {
  return maxima(adaptive(x, output));
}

export function adaptiveAvgPool(x: Volume, output: Triple): Expected {
  return averages(adaptive(x, output), (members) => members);
}

/** The output extents of an adaptive pool; null keeps an axis. */
export function adaptiveSize(x: Volume, outputSize: unknown, rank: number): Triple {
  const { space } = planes(x);
  const own =
    typeof outputSize === 'number' || outputSize === null
      ? new Array<number | null>(rank).fill(outputSize)
      : (outputSize as (number | null)[]);
  const all = [...new Array<number>(3 - rank).fill(1), ...own];
  return all.map((size, axis) => size ?? space[axis]) as unknown as Triple;
}

/** Scatters x to the places that the indices name; a later one wins. */
export function maxUnpool(
  x: Volume,
  indices: Int32Array,
  kernelSize: unknown,
  rank: number,
  options: Options,
): Expected {
  const rules = readRules(rank, perAxis(kernelSize, rank, 1), options, true);
  const { count, size, space } = planes(x);
  const given = options.outputSize as number[] | undefined;
  const natural = rules.map(({ kernel, stride, before }, axis) => (space[axis] - 1) * stride - 2 * before + kernel);
  const output = given === undefined ? natural : [...new Array<number>(3 - rank).fill(1), ...given];
  const volume = output[0] * output[1] * output[2];
  const values = new Float64Array(count * volume);
  for (let i = 0; i < count * size; i++) values[Math.floor(i / size) * volume + indices[i]] = x.data[i];
  return { shape: [x.shape[0], x.shape[1], ...output], values, scale: largest(values) };
}
