import type { SlotArray } from '../../program/program.js';
import { NO_SLOT, type SlotId } from '../../program/step.js';

/**
 * The array of each slot during one run. Steps must not rely on its type beyond reading and writing numbers: while
 * constants are folded every array is a Float64Array, so that whole numbers beyond 2^24 stay exact.
 */
export class SlotMemory {
  readonly #arrays: (SlotArray | undefined)[];

  constructor(slots: number) {
    this.#arrays = new Array(slots).fill(undefined);
  }

  set(slot: SlotId, array: SlotArray | Float64Array | undefined): void {
    this.#arrays[slot] = array as SlotArray | undefined;
  }

  any(slot: SlotId): SlotArray {
    const array = this.#arrays[slot];
    if (array === undefined) throw new Error(`slot ${slot} is read before it is written`);
    return array;
  }

  float32(slot: SlotId): Float32Array {
    return this.any(slot) as Float32Array;
  }

  int32(slot: SlotId): Int32Array {
    return this.any(slot) as Int32Array;
  }

  optionalFloat32(slot: SlotId): Float32Array | undefined {
    return slot === NO_SLOT ? undefined : this.float32(slot);
  }

  optionalInt32(slot: SlotId): Int32Array | undefined {
    return slot === NO_SLOT ? undefined : this.int32(slot);
  }
}
