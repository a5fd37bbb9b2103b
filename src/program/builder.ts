import { checkTensorBytes } from '../shape.js';
import { type Constant, type Program, SLOT_ARRAYS, type Slot, type SlotType } from './program.js';
import {
  type ActivationRecord,
  type Algorithm,
  type GeometryOf,
  IDENTITY,
  type SlotId,
  type Step,
  type StepKind,
} from './step.js';

/** What a step may have besides its geometry, operands and results. */
export interface StepExtras {
  readonly scalars?: readonly number[];
  readonly activation?: ActivationRecord;
  readonly algorithm?: Algorithm;
}

/** Collects slots and steps; `build` freezes them. */
export class ProgramBuilder {
  readonly #slots: Slot[] = [];
  readonly #inputs: SlotId[] = [];
  readonly #outputs: SlotId[] = [];
  readonly #constants: Constant[] = [];
  readonly #steps: Step[] = [];
  readonly #mostBytes: number;

  /** @param mostBytes What a tensor may have. */
  constructor(mostBytes = Number.POSITIVE_INFINITY) {
    this.#mostBytes = mostBytes;
  }

  get stepCount(): number {
    return this.#steps.length;
  }

  sizeOf(slot: SlotId): number {
    return this.#slots[slot].size;
  }

  /** A slot that some later step writes. @throws ShapeError where it would be larger than allowed */
  slot(size: number, type: SlotType = 'float32'): SlotId {
    const bytesPerValue = SLOT_ARRAYS[type].BYTES_PER_ELEMENT;
    checkTensorBytes('program', size, { bytesPerValue, mostBytes: this.#mostBytes });
    return this.#slots.push({ size, type }) - 1;
  }

  input(size: number, type: SlotType = 'float32'): SlotId {
    const id = this.slot(size, type);
    this.#inputs.push(id);
    return id;
  }

  /** @param shared See Constant. */
  constant(data: Float32Array, shared = false): SlotId {
    const slot = this.slot(data.length);
    this.#constants.push({ slot, data, shared });
    return slot;
  }

  output(slot: SlotId): void {
    this.#outputs.push(slot);
  }

  step<Kind extends StepKind>(
    kind: Kind,
    geometry: GeometryOf<Kind>,
    operands: readonly SlotId[],
    results: readonly SlotId[],
    extras: StepExtras = {},
  ): void {
    const { scalars = [], activation = IDENTITY, algorithm = 'auto' } = extras;
    this.#steps.push({ kind, geometry, operands, results, scalars, activation, algorithm } as Step);
  }

  build(): Program {
    return Object.freeze({
      slots: Object.freeze(this.#slots),
      inputs: Object.freeze(this.#inputs),
      outputs: Object.freeze(this.#outputs),
      constants: Object.freeze(this.#constants),
      steps: Object.freeze(this.#steps),
      threads: 0,
    });
  }
}
