import { onAbort, throwIfAborted } from '../../abort.js';
import { ArgumentError, NativeError } from '../../errors.js';
import type { AbortSignal } from '../../platform.js';
import type { Constant, Program, SlotArray } from '../../program/program.js';
import type { SlotId } from '../../program/step.js';
import { atOnce, type Sliced } from '../../slices.js';
import type { Executable, ExecutableMemory, StepPlan } from '../backend.js';
import { CompiledProgram } from './compiled-program.js';
import type { Job, SharedProgram, WorkerPool } from './worker-pool.js';

let lastProgramId = 0;

/** Values that are copied before the clock is looked at: a megabyte. */
const PIECE = 2 ** 18;

/** A program on the TypeScript backend: runs here, or on a worker of the pool. */
export class TypeScriptExecutable implements Executable {
  /** Names this program in the workers. */
  readonly id = ++lastProgramId;
  readonly #program: Program;
  readonly #compiled: CompiledProgram;
  readonly #pool: WorkerPool;
  #shared: SharedProgram | undefined;
  #running = 0;
  #disposed = false;

  /** @throws UnsupportedError where a step asks for an algorithm that this backend lacks. */
  constructor(program: Program, pool: WorkerPool) {
    this.#program = program;
    this.#compiled = new CompiledProgram(program);
    this.#pool = pool;
  }

  run(inputs: readonly SlotArray[], outputs: readonly SlotArray[]): void {
    this.#check(inputs, outputs);
    this.#compiled.run(inputs, outputs);
  }

  profile(inputs: readonly SlotArray[], outputs: readonly SlotArray[]): Float64Array {
    this.#check(inputs, outputs);
    const nanoseconds = new Float64Array(this.#program.steps.length);
    this.#compiled.run(inputs, outputs, nanoseconds);
    return nanoseconds;
  }

  async runAsync(inputs: readonly SlotArray[], outputs: readonly SlotArray[], signal?: AbortSignal): Promise<void> {
    this.#check(inputs, outputs);
    throwIfAborted(signal);
    this.#running++;
    try {
      const results = await this.#submit(inputs, signal);
      // The caller may have transferred an output while the run was under way.
      checkArrays(this.#program, this.#program.outputs, outputs, 'outputs');
      outputs.forEach((output, i) => {
        output.set(results[i]);
      });
    } finally {
      this.#running--;
      this.#forgetWhenIdle();
    }
  }

  /** Copies the weights for the workers: every one of them reads the same copy. */
  *sharing(): Sliced<void> {
    const constants: Constant[] = [];
    for (const { data, ...constant } of this.#program.constants) {
      const copy = new Float32Array(new SharedArrayBuffer(data.byteLength));
      for (let start = 0; start < data.length; start += PIECE) {
        copy.set(data.subarray(start, start + PIECE), start);
        yield;
      }
      constants.push({ ...constant, data: copy });
    }
    this.#shared ??= { id: this.id, program: { ...this.#program, constants } };
  }

  describe(): readonly StepPlan[] {
    return this.#compiled.plans;
  }

  memory(): ExecutableMemory {
    return this.#compiled.memory;
  }

  dispose(): void {
    this.#disposed = true;
    this.#forgetWhenIdle();
  }

  #submit(inputs: readonly SlotArray[], signal: AbortSignal | undefined): Promise<readonly SlotArray[]> {
    if (this.#shared === undefined) atOnce(this.sharing());
    const shared = this.#shared as SharedProgram;
    const copies = inputs.map((input) => input.slice());
    return new Promise((resolve, reject) => {
      const job: Job = {
        shared,
        inputs: copies,
        resolve: (outputs) => {
          forgetSignal?.();
          resolve(outputs);
        },
        reject: (error) => {
          forgetSignal?.();
          reject(error);
        },
      };
      const cancel = (reason: unknown) => {
        this.#pool.cancel(job);
        job.reject(reason);
      };
      const forgetSignal = signal && onAbort(signal, cancel);
      this.#pool.submit(job);
    });
  }

  #check(inputs: readonly SlotArray[], outputs: readonly SlotArray[]): void {
    if (this.#disposed) throw new NativeError('the program was disposed of');
    checkArrays(this.#program, this.#program.inputs, inputs, 'inputs');
    checkArrays(this.#program, this.#program.outputs, outputs, 'outputs');
  }

  #forgetWhenIdle(): void {
    if (this.#disposed && this.#running === 0 && this.#shared !== undefined) this.#pool.forget(this.id);
  }
}

function checkArrays(program: Program, slots: readonly SlotId[], arrays: readonly SlotArray[], what: string): void {
  if (arrays.length !== slots.length) {
    throw new ArgumentError(`${what}: the program has ${slots.length}, but got ${arrays.length}`);
  }
  slots.forEach((slot, i) => {
    const { size, type } = program.slots[slot];
    const given = arrays[i].length;
    if (given !== size) {
      const hint = given === 0 ? ' (was its buffer transferred?)' : '';
      throw new ArgumentError(`${what}[${i}]: expected ${size} ${type} values, but got ${given}${hint}`);
    }
  });
}
