import type { AbortSignal } from '../platform.js';
import type { Program, SlotArray } from '../program/program.js';
import type { Algorithm } from '../program/step.js';

/** How a backend will run one step. */
export interface StepPlan {
  readonly algorithm: Exclude<Algorithm, 'auto'> | 'plain';
  readonly reason: string;
}

/** What an executable needs, in bytes. */
export interface ExecutableMemory {
  /** Intermediate values of one run. */
  readonly arenaBytes: number;
  /** Weights and tables, kept between runs. */
  readonly residentBytes: number;
}

/**
 * A program made ready for one backend. Inputs and outputs stand in the program's order, have
 * exactly the slots' sizes and types, and do not overlap one another: the facade has checked.
 */
export interface Executable {
  /** Runs on the calling thread and its pool; `outputs` are complete on return, untouched on error. */
  run(inputs: readonly SlotArray[], outputs: readonly SlotArray[]): void;
  /** Runs in the same way, and gives the nanoseconds that each step of the program took. */
  profile(inputs: readonly SlotArray[], outputs: readonly SlotArray[]): Float64Array;
  /**
   * Runs off the event loop. Inputs are copied before this returns; outputs are written, on the
   * main thread, just before the promise resolves, and never when it rejects. When `signal` aborts,
   * the promise rejects with `signal.reason` at once and the work stops soon after.
   */
  runAsync(inputs: readonly SlotArray[], outputs: readonly SlotArray[], signal?: AbortSignal): Promise<void>;
  /** One entry a step of the program. */
  describe(): readonly StepPlan[];
  memory(): ExecutableMemory;
  /** Frees native memory now; runs in flight finish first. Idempotent. */
  dispose(): void;
}

/** The constructor of a view. */
export interface ArrayType<T> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, offset: number, length: number): T;
}

export interface Backend {
  readonly name: 'native' | 'typescript';
  /** 'amx', 'avx512', 'avx2', 'neon', 'baseline', or 'none' for TypeScript. */
  readonly isa: string;
  readonly threads: number;
  setThreads(threads: number): void;
  compile(program: Program): Executable;
  /**
   * The same without keeping the calling thread busy, where a backend has something to do that takes long: packing weights.
   * Rejects with `signal.reason` when that aborts; the work then stops soon after.
   */
  compileSoon?(program: Program, signal?: AbortSignal): Executable | Promise<Executable>;
  /** An array for a result, whose contents are unspecified. @throws RangeError where there is no memory. */
  allocate<T extends SlotArray>(type: ArrayType<T>, length: number): T;
}
