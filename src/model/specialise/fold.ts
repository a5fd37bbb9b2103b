import { evaluate } from '#typescript-backend';
import { ProgramBuilder } from '../../program/builder.js';
import type { SlotId } from '../../program/step.js';
import type { Numbers } from './value.js';

/** Computes what depends on known numbers only, once for all programs of a model. */
export class Folder {
  /** By the first operand; the key names the others and the work. */
  readonly #memo = new WeakMap<Numbers, Map<string, readonly Float64Array[]>>();
  readonly #ids = new WeakMap<Numbers, number>();
  #lastId = 0;

  /**
   * The results of a program over `operands`, in float64, so that whole numbers are exact up to 2^53.
   *
   * @param work Says what `append` does: equal texts over the same operands give the same arrays.
   * @param append Appends steps that read the operands' slots; gives the slots of the results.
   */
  fold(
    operands: readonly Numbers[],
    work: string,
    append: (builder: ProgramBuilder, slots: readonly SlotId[]) => readonly SlotId[],
  ): readonly Float64Array[] {
    const memo = this.#memoOf(operands[0]);
    const key = `${operands.map((numbers) => this.#idOf(numbers)).join(',')};${work}`;
    let results = memo.get(key);
    if (results === undefined) {
      const builder = new ProgramBuilder();
      const slots = operands.map((numbers) => builder.input(numbers.length));
      for (const slot of append(builder, slots)) builder.output(slot);
      results = evaluate(builder.build(), operands);
      memo.set(key, results);
    }
    return results;
  }

  #memoOf(numbers: Numbers): Map<string, readonly Float64Array[]> {
    let memo = this.#memo.get(numbers);
    if (memo === undefined) {
      memo = new Map();
      this.#memo.set(numbers, memo);
    }
    return memo;
  }

  #idOf(numbers: Numbers): number {
    let id = this.#ids.get(numbers);
    if (id === undefined) {
      id = ++this.#lastId;
      this.#ids.set(numbers, id);
    }
    return id;
  }
}

const singles = new WeakMap<Numbers, Float32Array>();

/** Numbers as a program's constant; the same array each time, so that backends can share what they pack of it. */
export function asFloat32(numbers: Numbers): Float32Array {
  if (numbers instanceof Float32Array) return numbers;
  let single = singles.get(numbers);
  if (single === undefined) {
    single = Float32Array.from(numbers);
    singles.set(numbers, single);
  }
  return single;
}
