import { DerivedNumbers } from '../derived-numbers.js';
import type { Constant, Program, Slot } from '../program.js';
import { NO_SLOT, type SlotId, type Step } from '../step.js';

const derived = new DerivedNumbers();

/** A rewritten program, and for each step of the original the step that now does its work; −1 where nothing is left of it. */
export interface Rewritten {
  readonly program: Program;
  readonly stepOf: readonly number[];
}

/** A program whose steps passes may replace; `build` drops what nothing reads any more and numbers the slots anew. */
export class ProgramEditor {
  readonly #source: Program;
  readonly #slots: Slot[];
  readonly #constants: Map<SlotId, Omit<Constant, 'slot'>>;
  /** Undefined where a step was merged into a later one, or dropped. */
  readonly #steps: (Step | undefined)[];
  readonly #mergedInto: number[];
  /** By slot: the place of the step that writes it. */
  readonly #writers = new Map<SlotId, number>();
  /** By slot: how often it is read. */
  readonly #reads = new Map<SlotId, number>();

  constructor(program: Program) {
    this.#source = program;
    this.#slots = [...program.slots];
    this.#constants = new Map(program.constants.map(({ slot, ...constant }) => [slot, constant]));
    this.#steps = [...program.steps];
    this.#mergedInto = program.steps.map((_, index) => index);
    for (const output of program.outputs) this.#countRead(output, 1);
    program.steps.forEach((step, index) => {
      this.#enter(step, index);
    });
  }

  get stepCount(): number {
    return this.#steps.length;
  }

  /** The step at a place of the original program, undefined where it was merged into a later one. */
  step(index: number): Step | undefined {
    return this.#steps[index];
  }

  sizeOf(slot: SlotId): number {
    return this.#slots[slot].size;
  }

  /** The place of the step that writes a slot, −1 for inputs and constants. */
  writerOf(slot: SlotId): number {
    return this.#writers.get(slot) ?? -1;
  }

  /** The step that writes a slot, undefined for inputs and constants. */
  producerOf(slot: SlotId): Step | undefined {
    return this.#steps[this.writerOf(slot)];
  }

  /** How often a slot is read, by steps or as an output of the program. */
  readsOf(slot: SlotId): number {
    return this.#reads.get(slot) ?? 0;
  }

  /** The values of a slot that is constant. */
  constant(slot: SlotId): Float32Array | undefined {
    return this.#constants.get(slot)?.data;
  }

  /**
   * A constant computed of others. Where all of those are shared so is it: programs of one network for other input shapes
   * then have the same array.
   *
   * @param work Says what `compute` does with the sources: equal texts give equal values.
   */
  deriveConstant(sources: readonly SlotId[], work: string, compute: () => Float32Array): SlotId {
    const constants = sources.map((slot) => this.#constants.get(slot)).filter((constant) => constant !== undefined);
    const shared = constants.length > 0 && constants.every((constant) => constant.shared);
    const key = `${work};${sources.map((slot) => (slot === NO_SLOT ? '-' : '+')).join('')}`;
    const data = shared
      ? derivedOnce(
          constants.map((constant) => constant.data),
          key,
          compute,
        )
      : compute();
    const slot = this.#slots.push({ size: data.length, type: 'float32' }) - 1;
    this.#constants.set(slot, { data, shared });
    return slot;
  }

  /** Puts `merged` in the place of the step at `into`; it does the work of the earlier step at `from` as well. */
  merge(from: number, into: number, merged: Step): void {
    this.#remove(from);
    this.#mergedInto[from] = into;
    this.replace(into, merged);
  }

  /** Puts another step, with the same results, in the place of one; `sweep` drops what only the old one read. */
  replace(index: number, step: Step): void {
    this.#remove(index);
    this.#steps[index] = step;
    this.#enter(step, index);
  }

  /** Like `replace`; each of `absorbed` that nobody else reads is then done by this step. */
  absorb(absorbed: readonly SlotId[], into: number, step: Step): void {
    const places = absorbed.map((slot) => this.writerOf(slot));
    this.replace(into, step);
    // The last ones first, so that those they read become unread.
    for (const place of places.sort((a, b) => b - a)) {
      if (!this.#isUnread(place)) continue;
      this.#remove(place);
      this.#mergedInto[place] = into;
    }
  }

  /** Drops steps whose results nobody reads. */
  sweep(): void {
    for (let index = this.#steps.length - 1; index >= 0; index--) {
      if (this.#isUnread(index)) this.#remove(index);
    }
  }

  build(): Rewritten {
    const kept = this.#steps.filter((step) => step !== undefined);
    const numbers = this.#renumber(kept);
    const map = (slot: SlotId): SlotId => (slot === NO_SLOT ? NO_SLOT : (numbers.get(slot) ?? NO_SLOT));
    const constants: Constant[] = [];
    for (const [slot, constant] of this.#constants)
      if (numbers.has(slot)) constants.push({ slot: map(slot), ...constant });
    const program: Program = Object.freeze({
      threads: this.#source.threads,
      slots: Object.freeze([...numbers.keys()].map((slot) => this.#slots[slot])),
      inputs: Object.freeze(this.#source.inputs.map(map)),
      outputs: Object.freeze(this.#source.outputs.map(map)),
      constants: Object.freeze(constants),
      steps: Object.freeze(
        kept.map((step) => ({ ...step, operands: step.operands.map(map), results: step.results.map(map) })),
      ),
    });
    return { program, stepOf: this.#placesOf(kept) };
  }

  #isUnread(index: number): boolean {
    const step = this.#steps[index];
    return step?.results.every((slot) => slot === NO_SLOT || this.readsOf(slot) === 0) ?? false;
  }

  #enter(step: Step, index: number): void {
    for (const slot of step.results) this.#writers.set(slot, index);
    for (const slot of step.operands) this.#countRead(slot, 1);
  }

  #remove(index: number): void {
    for (const slot of this.#steps[index]?.operands ?? []) this.#countRead(slot, -1);
    this.#steps[index] = undefined;
  }

  #countRead(slot: SlotId, change: number): void {
    if (slot !== NO_SLOT) this.#reads.set(slot, this.readsOf(slot) + change);
  }

  /** New numbers of the slots that are still in use, in the order of the old ones. */
  #renumber(steps: readonly Step[]): Map<SlotId, SlotId> {
    const used = new Set([...this.#source.inputs, ...this.#source.outputs]);
    for (const { operands, results } of steps) {
      for (const slot of [...operands, ...results]) if (slot !== NO_SLOT) used.add(slot);
    }
    return new Map([...used].sort((a, b) => a - b).map((slot, number) => [slot, number]));
  }

  #placesOf(kept: readonly Step[]): number[] {
    const places = new Map(kept.map((step, place) => [step, place]));
    return this.#mergedInto.map((_, index) => {
      let last = index;
      while (this.#mergedInto[last] !== last) last = this.#mergedInto[last];
      return places.get(this.#steps[last] as Step) ?? -1;
    });
  }
}

function derivedOnce(sources: readonly Float32Array[], work: string, compute: () => Float32Array): Float32Array {
  const [result] = derived.get(sources, work, 1, () => [compute()]) as [Float32Array];
  return result;
}
