import { typedArrayKind } from '../values.js';
import type { SlotId, Step } from './step.js';

/** In the order of their numbers in the native core. Images have slots of whole bytes, everything else four bytes a value. */
export const SLOT_TYPES = ['float32', 'int32', 'uint8', 'uint16'] as const;
export type SlotType = (typeof SLOT_TYPES)[number];
export type SlotArray = Float32Array | Int32Array | Uint8Array | Uint16Array;

/** The array of each type. */
export const SLOT_ARRAYS = {
  float32: Float32Array,
  int32: Int32Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
} as const satisfies Record<SlotType, unknown>;

export function slotTypeOf(array: SlotArray): SlotType {
  // Not by the class: what comes from a worker may be of another realm.
  const kind = typedArrayKind(array);
  if (kind === 'Uint8Array') return 'uint8';
  if (kind === 'Uint16Array') return 'uint16';
  return kind === 'Int32Array' ? 'int32' : 'float32';
}

/** A tensor of a program: how many values, and of which type. Shapes live in the steps' geometry. */
export interface Slot {
  readonly size: number;
  readonly type: SlotType;
}

/** Values that belong to the program: weights, which a backend packs when it compiles. */
export interface Constant {
  readonly slot: SlotId;
  readonly data: Float32Array;
  /** The numbers never change, so that programs with the same array may share what a backend packs of it. */
  readonly shared: boolean;
}

/**
 * The one thing that a backend runs: steps in order, over numbered slots, for fixed shapes.
 * Every slot is an input, a constant or the result of exactly one step, and steps only read
 * slots that are already written. Values are row-major, channels before space.
 */
export interface Program {
  readonly slots: readonly Slot[];
  readonly inputs: readonly SlotId[];
  readonly outputs: readonly SlotId[];
  readonly constants: readonly Constant[];
  readonly steps: readonly Step[];
  /** At most so many threads take part in a run; 0 for as many as the backend has. Never decides a value. */
  readonly threads: number;
}
