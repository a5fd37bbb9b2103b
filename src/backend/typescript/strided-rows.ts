import { MOST_AXES } from '../../geometry/records.js';

type Axis = 0 | 1 | 2 | 3 | 4 | 5;

/** The last axis, along which rows run. */
const ROW_AXIS = MOST_AXES - 1;

/** The fields of a record that have one value an axis: size0 … size5 for 'size'. */
export function perAxis<Prefix extends string>(
  geometry: Readonly<Record<`${Prefix}${Axis}`, number>>,
  prefix: Prefix,
): number[] {
  return Array.from({ length: MOST_AXES }, (_, axis) => geometry[`${prefix}${axis as Axis}`]);
}

/** The rows along the last axis of a dense result whose operands have strides of their own. */
export class StridedRows {
  readonly length: number;
  /** From one value of a row to the next, in each operand. */
  readonly steps: readonly number[];
  readonly #sizes: readonly number[];
  readonly #strides: readonly (readonly number[])[];
  readonly #count: number;

  constructor(sizes: readonly number[], strides: readonly (readonly number[])[]) {
    this.length = sizes[ROW_AXIS];
    this.steps = strides.map((operand) => operand[ROW_AXIS]);
    this.#sizes = sizes.slice(0, ROW_AXIS);
    this.#strides = strides;
    this.#count = this.length === 0 ? 0 : this.#sizes.reduce((product, size) => product * size, 1);
  }

  /** `starts`, where the row begins in each operand, is the same array in every call. */
  forEach(visit: (starts: readonly number[], resultStart: number) => void): void {
    const places = this.#sizes.map(() => 0);
    const starts = this.#strides.map(() => 0);
    for (let row = 0; row < this.#count; row++) {
      visit(starts, row * this.length);
      this.#advance(places, starts);
    }
  }

  #advance(places: number[], starts: number[]): void {
    for (let axis = ROW_AXIS - 1; axis >= 0; axis--) {
      places[axis]++;
      for (let operand = 0; operand < starts.length; operand++) starts[operand] += this.#strides[operand][axis];
      if (places[axis] < this.#sizes[axis]) return;
      for (let operand = 0; operand < starts.length; operand++) {
        starts[operand] -= this.#sizes[axis] * this.#strides[operand][axis];
      }
      places[axis] = 0;
    }
  }
}
