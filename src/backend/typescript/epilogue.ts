import { type ActivationRecord, NO_SLOT, type SlotId } from '../../program/step.js';
import { ROW_ACTIVATIONS, type RowActivation } from './activations.js';
import type { SlotMemory } from './memory.js';

/** Where an epilogue finds what it adds, and where its results go. */
export interface EpilogueSlots {
  readonly y: SlotId;
  readonly bias: SlotId;
  readonly residual: SlotId;
  readonly slope: SlotId;
}

/** The last stage of a step, fused into it: y = activation(sums + bias + residual), rounded to float32 once. */
export class Epilogue {
  readonly #slots: EpilogueSlots;
  readonly #activation: ActivationRecord;
  readonly #activate: RowActivation | undefined;

  constructor(activation: ActivationRecord, slots: EpilogueSlots) {
    this.#slots = slots;
    this.#activation = activation;
    this.#activate = ROW_ACTIVATIONS[activation.kind];
  }

  /** Takes the run's arrays. */
  bind(memory: SlotMemory): BoundEpilogue {
    const { y, bias, residual, slope } = this.#slots;
    return new BoundEpilogue(this.#activation, this.#activate, {
      y: memory.float32(y),
      bias: memory.optionalFloat32(bias),
      residual: memory.optionalFloat32(residual),
      slope: memory.optionalFloat32(slope),
    });
  }
}

/** The slots of a step whose operands are x, weight, bias, residual and slope. */
export function epilogueSlots(step: { operands: readonly SlotId[]; results: readonly SlotId[] }): EpilogueSlots {
  const [, , bias = NO_SLOT, residual = NO_SLOT, slope = NO_SLOT] = step.operands;
  return { y: step.results[0], bias, residual, slope };
}

interface EpilogueArrays {
  readonly y: Float32Array;
  readonly bias: Float32Array | undefined;
  readonly residual: Float32Array | undefined;
  readonly slope: Float32Array | undefined;
}

/** An epilogue with the arrays of one run. */
export class BoundEpilogue {
  readonly #y: Float32Array;
  readonly #bias: Float32Array | undefined;
  readonly #residual: Float32Array | undefined;
  readonly #slope: Float32Array | undefined;
  readonly #activate: RowActivation | undefined;
  readonly #alpha: number;
  readonly #beta: number;

  constructor(activation: ActivationRecord, activate: RowActivation | undefined, arrays: EpilogueArrays) {
    this.#y = arrays.y;
    this.#bias = arrays.bias;
    this.#residual = arrays.residual;
    this.#slope = arrays.slope;
    this.#activate = activate;
    this.#alpha = activation.alpha;
    this.#beta = activation.beta;
  }

  /** True where each channel has a slope of its own. */
  get hasChannelSlopes(): boolean {
    return this.#slope !== undefined && this.#slope.length > 1;
  }

  /** Turns sums[from … from + count), all of one channel, into y[at … at + count). The sums are overwritten. */
  finish(sums: Float64Array, from: number, count: number, channel: number, at: number): void {
    const end = from + count;
    if (this.#bias !== undefined) addScalar(sums, from, end, this.#bias[channel]);
    if (this.#residual !== undefined) addRow(sums, from, end, this.#residual, at);
    if (this.#activate !== undefined) this.#activate(sums, from, end, this.#slopeOf(channel), this.#beta);
    storeRow(sums, from, end, this.#y, at);
  }

  #slopeOf(channel: number): number {
    const slope = this.#slope;
    if (slope === undefined) return this.#alpha;
    return slope.length === 1 ? slope[0] : slope[channel];
  }
}

function addScalar(sums: Float64Array, from: number, end: number, value: number): void {
  for (let i = from; i < end; i++) sums[i] += value;
}

function addRow(sums: Float64Array, from: number, end: number, row: Float32Array, at: number): void {
  for (let i = from, j = at; i < end; i++, j++) sums[i] += row[j];
}

function storeRow(sums: Float64Array, from: number, end: number, y: Float32Array, at: number): void {
  for (let i = from, j = at; i < end; i++, j++) y[j] = sums[i];
}
