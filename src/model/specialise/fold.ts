import { evaluate } from '#typescript-backend';
import { DerivedNumbers } from '../../program/derived-numbers.js';
import type { Program } from '../../program/program.js';
import { typedArrayKind } from '../../values.js';
import type { Numbers } from './value.js';

/** What is to be computed of known numbers. */
export interface Folding {
  readonly operands: readonly Numbers[];
  /** The steps that read the operands, in their order, as inputs. */
  readonly program: Program;
  /** Says what the program does: equal texts over the same operands give the same arrays. */
  readonly work: string;
  /** For each result whether float32 can hold it as it is meant. */
  readonly single: readonly boolean[];
}

/** Computes what depends on known numbers only, once for all programs of a model that need it at a time. */
export class Folder {
  readonly #derived = new DerivedNumbers();
  /** What the last two programs were made of: the next one will most likely want much of it again. */
  #recent: [Numbers[], Numbers[]] = [[], []];

  /** Another program is made from now on. */
  begin(): void {
    this.#recent = [[], this.#recent[0]];
  }

  /**
   * The results of a program over `operands`, computed in float64, so that whole numbers are exact up to 2^53.
   *
   * @param mayCompute Asked where they are not known yet; where it says no the result is undefined.
   */
  fold({ operands, program, work, single }: Folding, mayCompute: () => boolean): readonly Numbers[] | undefined {
    const compute = () => {
      if (!mayCompute()) return undefined;
      return evaluate(program, operands).map((numbers, i) => (single[i] ? new Float32Array(numbers) : numbers));
    };
    const results = this.#derived.get(operands, `${work};${single}`, single.length, compute);
    for (const result of results ?? []) this.#recent[0].push(result);
    return results;
  }

  /** Forgets everything that no program holds. */
  clear(): void {
    this.#recent = [[], []];
  }
}

const singles = new WeakMap<Numbers, Float32Array>();

/** Numbers as a program's constant; the same array each time, so that backends can share what they pack of it. */
export function asFloat32(numbers: Numbers): Float32Array {
  if (typedArrayKind(numbers) === 'Float32Array') return numbers as Float32Array;
  let single = singles.get(numbers);
  if (single === undefined) {
    single = new Float32Array(numbers);
    singles.set(numbers, single);
  }
  return single;
}
