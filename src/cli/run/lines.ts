import type { Tensor } from '../../tensor.js';
import type { CommandContext } from '../command.js';
import { type Output, rowOf } from './output.js';

/** What is printed of an image. */
export interface LineOptions {
  /** Only so many of the first output, the largest; everything where undefined. */
  readonly top: number | undefined;
  /** Whether the first output becomes probabilities. */
  readonly softmax: boolean;
  /** Names of the places of the first output. */
  readonly labels: readonly string[] | undefined;
}

/** A line of JSON an image. */
export class Lines implements Output {
  readonly #print: CommandContext['print'];
  readonly #options: LineOptions;

  constructor(print: CommandContext['print'], options: LineOptions) {
    this.#print = print;
    this.#options = options;
  }

  good(file: string, outputs: Readonly<Record<string, Tensor>>, row: number): void {
    const { top, softmax } = this.#options;
    const rows = Object.entries(outputs).map(([name, tensor], i) => {
      const values = rowOf(tensor, row);
      return [name, softmax && i === 0 ? probabilities(values) : values] as const;
    });
    const content =
      top === undefined
        ? { outputs: Object.fromEntries(rows.map(([name, values]) => [name, Array.from(values)])) }
        : { top: largest(rows[0][1], top).map((place) => this.#named(place, rows[0][1][place])) };
    this.#print(JSON.stringify({ file, ...content }));
  }

  bad(file: string, reason: string): void {
    this.#print(JSON.stringify({ file, error: reason }));
  }

  async finish(): Promise<void> {}

  async abandon(): Promise<void> {}

  #named(place: number, value: number) {
    const { labels } = this.#options;
    return { place, ...(labels === undefined ? {} : { label: labels[place] }), value };
  }
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
