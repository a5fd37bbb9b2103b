import type { Tensor } from '../../tensor.js';

/** What is said of an image. */
export interface LineOptions {
  /** Only so many of the first output, the largest; everything where undefined. */
  readonly top: number | undefined;
  /** Whether the first output becomes probabilities. */
  readonly softmax: boolean;
  /** Names of the places of the first output. */
  readonly labels: readonly string[] | undefined;
}

/** One image's results as an object for JSON; it is a row of the batch. */
export function lineOf(outputs: Readonly<Record<string, Tensor>>, row: number, options: LineOptions): object {
  const { top, softmax, labels } = options;
  const rows = Object.entries(outputs).map(([name, tensor], i) => {
    const values = rowOf(tensor, row);
    return [name, softmax && i === 0 ? probabilities(values) : values] as const;
  });
  if (top === undefined) {
    return { outputs: Object.fromEntries(rows.map(([name, values]) => [name, Array.from(values)])) };
  }
  const [[, values]] = rows;
  const named = (place: number) => (labels === undefined ? {} : { label: labels[place] });
  return { top: largest(values, top).map((place) => ({ place, ...named(place), value: values[place] })) };
}

/** What a tensor has of one image of the batch. */
export function rowOf({ data, shape }: Tensor, row: number): Float32Array {
  const size = data.length / shape[0];
  return data.subarray(row * size, (row + 1) * size);
}

function probabilities(values: Float32Array): Float32Array {
  const most = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const powers = values.map((value) => Math.exp(value - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/** Places of the largest values, the largest first; of equal ones the first. */
function largest(values: Float32Array, count: number): number[] {
  const places = Array.from(values.keys());
  return places.sort((a, b) => values[b] - values[a] || a - b).slice(0, count);
}
