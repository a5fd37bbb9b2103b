/**
 * The native addon's raw interface: the contract between the two languages. Only
 * src/backend/native.ts speaks it. The C++ side repeats every check that memory safety needs, so
 * no call, however wrong, does worse than throw. Errors carry `code` 'ERR_NATIVE'.
 */

/** A program in the form in which it crosses: numbers in the order of src/program/step.ts. */
export interface ProgramSpec {
  /** Values in each slot. */
  slotSizes: Float64Array;
  /** 0 float32, 1 int32, 2 uint8, 3 uint16. */
  slotTypes: Uint8Array;
  inputs: Int32Array;
  outputs: Int32Array;
  constantSlots: Int32Array;
  constants: Float32Array[];
  /** For each constant a number from `constantId` where its values never change, so that programs share what is packed of
   * it; else 0. */
  constantIds: Float64Array;
  /**
   * The steps, one after another, each:
   * kind, algorithm, activation kind,
   * operand count, operands…, result count, results…, geometry count, geometry…, scalar count.
   */
  code: Int32Array;
  /** For each step: activation alpha, activation beta, scalars… */
  scalars: Float64Array;
  /** At most so many threads take part in a run; 0 for all of the pool. */
  threads: number;
}

/** An opaque, type-tagged reference to a compiled program. Freed by the garbage collector or `dispose`. */
export interface ProgramHandle {
  readonly __program: unique symbol;
}

/** An opaque, type-tagged reference to constants that are being copied. */
export interface ConstantsHandle {
  readonly __constants: unique symbol;
}

/** The values of an input or output, of its slot's type. */
export type PortArray = Float32Array | Int32Array | Uint8Array | Uint16Array;

/** An asynchronous run, or a program that is being made, for `cancel`. */
export type RunId = number;

export interface StepDescription {
  algorithm: string;
  reason: string;
}

export interface ProgramMemory {
  /** Intermediate values of one run. */
  arenaBytes: number;
  /** Packed constants and tables. */
  residentBytes: number;
}

/** Bytes, of the whole process. */
export interface MemoryUse {
  /** In buffers that `allocate` gave. */
  lent: number;
  /** In buffers that may have outlived the thread that they were lent to: never used again. */
  lost: number;
  /** Waiting for the next run or result. */
  cached: number;
}

export interface RuntimeFacts {
  isa: string;
  threads: number;
  /** Highest ISA the machine has, whatever CONVKIT_ISA says. */
  detectedIsa: string;
  lanes: number;
}

export interface Addon {
  /** `schemaHash()` of src/backend/schema.ts when the addon was built. */
  readonly schema: string;
  /** Plans the program and packs its constants. Throws on anything inconsistent. */
  createProgram(spec: ProgramSpec): ProgramHandle;
  /** Room for copies of a program's constants, of these lengths, to be packed off this thread. */
  stageConstants(lengths: Float64Array): ConstantsHandle;
  /** Copies values behind those that the constant at `index` has already. */
  appendConstant(constants: ConstantsHandle, index: number, values: Float32Array): void;
  /**
   * The work of `createProgram` on the pool: calls `done` on this thread when it ends, with undefined and the program, or with
   * an Error. Uses the staged constants up, which must be complete, in place of `spec.constants`. `cancel` stops it at the
   * next step.
   */
  createProgramAsync(
    spec: ProgramSpec,
    constants: ConstantsHandle,
    done: (error?: Error, program?: ProgramHandle) => void,
  ): RunId;
  run(program: ProgramHandle, inputs: PortArray[], outputs: PortArray[]): void;
  /** The same run, giving the nanoseconds that each step took. */
  profile(program: ProgramHandle, inputs: PortArray[], outputs: PortArray[]): Float64Array;
  /**
   * A buffer for a result, in memory that earlier results have given back, whose pages are there
   * already. Contents are left over from earlier use. Undefined where the engine allows no such buffers,
   * or where too much of this memory is in use. What a thread has not given back when it ends is lost, so only the main
   * thread should ask.
   */
  allocate(bytes: number): ArrayBuffer | undefined;
  memoryUse(): MemoryUse;
  /** Gives cached memory back to the system, of the whole process, and tells how many bytes that were. */
  releaseMemory(): number;
  /**
   * Copies the inputs, queues the run on the pool, and calls `done` on this thread when it ends:
   * with undefined after the outputs were written, with an Error otherwise. With `fresh`, outputs that
   * `allocate` gave are written while the run goes on: nobody else may have seen them yet.
   */
  runAsync(
    program: ProgramHandle,
    inputs: PortArray[],
    outputs: PortArray[],
    done: (error?: Error) => void,
    fresh?: boolean,
  ): RunId;
  /** Asks a run to stop at the next chunk; its `done` is still called. Unknown ids are ignored. */
  cancel(run: RunId): void;
  dispose(program: ProgramHandle): void;
  describe(program: ProgramHandle): StepDescription[];
  memory(program: ProgramHandle): ProgramMemory;
  runtime(): RuntimeFacts;
  setThreads(threads: number): void;
  /** A number that no other constant of the process has, in whatever thread. */
  constantId(): number;
  /**
   * What this machine reaches at most with this instruction set and all threads of the pool: multiply-adds in
   * registers, and memory copied. Takes some tenths of a second.
   */
  roof(): { gflops: number; gigabytesPerSecond: number };
}
