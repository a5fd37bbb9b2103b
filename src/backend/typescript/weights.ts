import type { SlotId } from '../../program/step.js';
import type { CompileContext } from './compiled-step.js';
import type { SlotMemory } from './memory.js';
import { allocate, scratch } from './scratch.js';

/** Arranges raw weights for a kernel. Must write every value of `packed` that the kernel uses. */
export type Pack = (weight: Float32Array, packed: Float64Array) => void;

/** Weights as their kernel wants them: arranged once where they are constant, else on each run. */
export class PackedWeights {
  readonly #slot: SlotId;
  readonly #size: number;
  readonly #pack: Pack;
  readonly #constant: boolean;
  #packed: Float64Array | undefined;

  constructor(context: CompileContext, slot: SlotId, size: number, pack: Pack) {
    this.#slot = slot;
    this.#size = size;
    this.#pack = pack;
    this.#constant = context.isConstant(slot);
  }

  get(memory: SlotMemory): Float64Array {
    if (this.#packed !== undefined) return this.#packed;
    const packed = this.#constant ? allocate(this.#size) : scratch('weights', this.#size);
    this.#pack(memory.float32(this.#slot), packed);
    if (this.#constant) this.#packed = packed;
    return packed;
  }
}

/** Weights of the shape [rows, depth] as they are, in float64. */
export function convertWeights(weight: Float32Array, packed: Float64Array): void {
  for (let i = 0; i < weight.length; i++) packed[i] = weight[i];
}
