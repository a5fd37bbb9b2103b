import { type Program, SLOT_ARRAYS, type SlotArray } from '../../program/program.js';
import { CompiledProgram } from './compiled-program.js';
import type { Job } from './worker-pool.js';

/** So long the event loop waits at most, unless a single step takes longer. */
const SLICE_MS = 5;

/**
 * Runs jobs on the calling thread where no worker can be had: one after another, and between steps the event loop has its
 * turn. Its programs are compiled apart from those of synchronous runs, which may come in between and have the memory.
 */
export class InlineRunner {
  readonly #programs = new Map<number, CompiledProgram>();
  readonly #queue: Job[] = [];
  readonly #cancelled = new WeakSet<Job>();
  #working = false;

  submit(job: Job): void {
    this.#queue.push(job);
    if (this.#working) return;
    this.#working = true;
    setImmediate(() => void this.#work());
  }

  /** Drops a job that waits, or stops the one that runs. The job's promise is the caller's to settle. */
  cancel(job: Job): void {
    this.#cancelled.add(job);
  }

  forget(id: number): void {
    this.#programs.delete(id);
  }

  async #work(): Promise<void> {
    for (let job = this.#queue.shift(); job !== undefined; job = this.#queue.shift()) {
      if (this.#cancelled.has(job)) continue;
      try {
        const outputs = newOutputs(job.shared.program);
        if (await this.#run(job, outputs)) job.resolve(outputs);
      } catch (error) {
        job.reject(error);
      }
    }
    this.#working = false;
  }

  /** Whether it ran to its end. */
  async #run(job: Job, outputs: readonly SlotArray[]): Promise<boolean> {
    let sliceEnd = performance.now() + SLICE_MS;
    for (const _ of this.#compiled(job).steps(job.inputs, outputs)) {
      if (performance.now() < sliceEnd) continue;
      await new Promise(setImmediate);
      if (this.#cancelled.has(job)) return false;
      sliceEnd = performance.now() + SLICE_MS;
    }
    return true;
  }

  #compiled({ shared: { id, program } }: Job): CompiledProgram {
    let compiled = this.#programs.get(id);
    if (compiled === undefined) {
      compiled = new CompiledProgram(program);
      this.#programs.set(id, compiled);
    }
    return compiled;
  }
}

/** Arrays for what a program gives. */
export function newOutputs(program: Program): SlotArray[] {
  return program.outputs.map((slot) => {
    const { size, type } = program.slots[slot];
    return new SLOT_ARRAYS[type](size);
  });
}
