import type { Program, SlotArray } from '../../program/program.js';

/** What the main thread tells a worker. A program is sent once, and known by its number from then on. */
export type Request =
  | { readonly type: 'program'; readonly id: number; readonly program: Program }
  | { readonly type: 'run'; readonly id: number; readonly inputs: readonly SlotArray[] }
  | { readonly type: 'forget'; readonly id: number };

/** An error of this library in a form that survives the way between threads. */
export interface ErrorRecord {
  readonly name: string;
  readonly message: string;
  /** The step that failed, where one did. */
  readonly step: number | undefined;
}

/** What a worker says: once that it is there, and then an answer to each 'run'. */
export type Reply = { readonly type: 'ready' } | Answer;

export type Answer =
  | { readonly type: 'done'; readonly outputs: readonly SlotArray[] }
  | { readonly type: 'failed'; readonly error: ErrorRecord };

/** The memory behind arrays that are this library's own, to be moved to another thread. */
export function buffersOf(arrays: readonly SlotArray[]): ArrayBuffer[] {
  return arrays.map((array) => array.buffer as ArrayBuffer);
}
