import { type Program, SLOT_ARRAYS } from '../../program/program.js';
import { NO_SLOT, type SlotId } from '../../program/step.js';

/** Where the values of a slot live. Buffers are the executable's own, and several slots take turns in one. */
export type Storage =
  | { readonly in: 'input'; readonly index: number }
  | { readonly in: 'constant'; readonly index: number }
  | { readonly in: 'output'; readonly index: number }
  | { readonly in: 'buffer'; readonly index: number }
  | { readonly in: 'nowhere' };

export interface StoragePlan {
  readonly slots: readonly Storage[];
  /** Bytes of each buffer. */
  readonly bufferSizes: readonly number[];
  /** Outputs that no step writes in place: copied after the last step. */
  readonly copies: readonly { readonly slot: SlotId; readonly output: number }[];
}

/**
 * Decides where each slot lives. A reshape's result shares its operand's memory, an output is written where the
 * caller wants it, and everything else takes a buffer from its first use to its last.
 *
 * @param staged true where a step may fail after another has written: outputs are then copied at the end.
 */
export function planStorage(program: Program, staged: boolean): StoragePlan {
  return new StoragePlanner(program).plan(staged);
}

class StoragePlanner {
  readonly #program: Program;
  readonly #roots: SlotId[];
  readonly #storage: (Storage | undefined)[];
  readonly #bufferSizes: number[] = [];
  readonly #freeBuffers: number[] = [];

  constructor(program: Program) {
    this.#program = program;
    this.#roots = program.slots.map((_, slot) => slot);
    this.#storage = program.slots.map(() => undefined);
  }

  plan(staged: boolean): StoragePlan {
    const program = this.#program;
    program.inputs.forEach((slot, index) => {
      this.#storage[slot] = { in: 'input', index };
    });
    program.constants.forEach(({ slot }, index) => {
      this.#storage[slot] = { in: 'constant', index };
    });
    this.#shareReshapes();
    const copies = this.#placeOutputs(staged);
    this.#placeBuffers(copies.map(({ slot }) => slot));
    return {
      slots: program.slots.map((_, slot) => this.#storage[this.#roots[slot]] ?? { in: 'nowhere' }),
      bufferSizes: this.#bufferSizes,
      copies,
    };
  }

  #shareReshapes(): void {
    for (const step of this.#program.steps) {
      if (step.kind === 'reshape') this.#roots[step.results[0]] = this.#roots[step.operands[0]];
    }
  }

  #placeOutputs(staged: boolean): { slot: SlotId; output: number }[] {
    const copies: { slot: SlotId; output: number }[] = [];
    this.#program.outputs.forEach((slot, output) => {
      const root = this.#roots[slot];
      if (staged || this.#storage[root] !== undefined) copies.push({ slot, output });
      else this.#storage[root] = { in: 'output', index: output };
    });
    return copies;
  }

  #placeBuffers(copied: readonly SlotId[]): void {
    const lastUses = this.#lastUses(copied);
    this.#program.steps.forEach((step, at) => {
      for (const slot of step.results) {
        if (slot !== NO_SLOT && this.#storage[this.#roots[slot]] === undefined) this.#takeBuffer(this.#roots[slot]);
      }
      for (const root of lastUses[at]) {
        const storage = this.#storage[root];
        if (storage?.in === 'buffer') this.#freeBuffers.push(storage.index);
      }
    });
  }

  /** For each step the slots that nothing needs after it. */
  #lastUses(copied: readonly SlotId[]): SlotId[][] {
    const last = new Map<SlotId, number>();
    this.#program.steps.forEach((step, at) => {
      for (const slot of [...step.operands, ...step.results]) {
        if (slot !== NO_SLOT) last.set(this.#roots[slot], at);
      }
    });
    for (const slot of copied) last.delete(this.#roots[slot]);
    const lastUses: SlotId[][] = this.#program.steps.map(() => []);
    for (const [root, at] of last) lastUses[at].push(root);
    return lastUses;
  }

  /** Prefers the free buffer whose size is nearest, and grows it if it must. */
  #takeBuffer(slot: SlotId): void {
    const { size, type } = this.#program.slots[slot];
    const bytes = size * SLOT_ARRAYS[type].BYTES_PER_ELEMENT;
    const misfit = (buffer: number) => Math.abs(this.#bufferSizes[buffer] - bytes);
    this.#freeBuffers.sort((a, b) => misfit(a) - misfit(b));
    const index = this.#freeBuffers.shift() ?? this.#bufferSizes.push(0) - 1;
    this.#bufferSizes[index] = Math.max(this.#bufferSizes[index], bytes);
    this.#storage[slot] = { in: 'buffer', index };
  }
}
