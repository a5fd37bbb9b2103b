import { ProgramBuilder } from '../program/builder.js';
import { type Program, type SlotArray, slotTypeOf } from '../program/program.js';
import type { SlotId } from '../program/step.js';

/** A program on images under construction, with the arrays that it will run on. One program does a whole batch. */
export class ImageProgram {
  readonly builder = new ProgramBuilder();
  readonly inputs: SlotArray[] = [];
  readonly outputs: SlotArray[] = [];
  readonly #known = new Map<SlotArray, SlotId>();

  /** A slot for the array's values; the same array is given the same slot again, so that a batch shares its tables. */
  input(array: SlotArray): SlotId {
    const known = this.#known.get(array);
    if (known !== undefined) return known;
    const slot = this.builder.input(array.length, slotTypeOf(array));
    this.inputs.push(array);
    this.#known.set(array, slot);
    return slot;
  }

  /** Where the run writes a slot's values. */
  output(slot: SlotId, array: SlotArray): void {
    this.builder.output(slot);
    this.outputs.push(array);
  }

  build(): Program {
    return this.builder.build();
  }
}
