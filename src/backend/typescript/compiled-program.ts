import { NativeError } from '../../errors.js';
import { type Program, SLOT_ARRAYS, type SlotArray } from '../../program/program.js';
import type { ExecutableMemory, StepPlan } from '../backend.js';
import { markFailedStep } from '../failed-step.js';
import type { CompiledStep } from './compiled-step.js';
import { canFailLate } from './late-failures.js';
import { SlotMemory } from './memory.js';
import { compileStep } from './steps.js';
import { planStorage, type Storage, type StoragePlan } from './storage-plan.js';

/** A program ready to run on the calling thread. Both the main thread and the workers run this and only this. */
export class CompiledProgram {
  readonly #program: Program;
  readonly #steps: readonly CompiledStep[];
  readonly #storage: StoragePlan;
  readonly #memory: SlotMemory;
  #hasBuffers = false;

  constructor(program: Program) {
    this.#program = program;
    const constants = new Set(program.constants.map(({ slot }) => slot));
    const context = {
      isConstant: (slot: number) => constants.has(slot),
      typeOf: (slot: number) => program.slots[slot].type,
    };
    this.#steps = program.steps.map((step) => compileStep(step, context));
    this.#storage = planStorage(program, canFailLate(program));
    this.#memory = new SlotMemory(program.slots.length);
  }

  get plans(): readonly StepPlan[] {
    return this.#steps.map(({ plan }) => plan);
  }

  get memory(): ExecutableMemory {
    const residentBytes = sum(this.#program.constants.map(({ data }) => data.byteLength));
    return { arenaBytes: sum(this.#storage.bufferSizes), residentBytes };
  }

  /** Runs all steps; `outputs` are untouched where it throws. What each step took is added to `nanoseconds`. */
  run(inputs: readonly SlotArray[], outputs: readonly SlotArray[], nanoseconds?: Float64Array): void {
    for (const _ of this.steps(inputs, outputs, nanoseconds));
  }

  /** Runs likewise, and stops after each step until it is asked for the next. Nothing else may run the program meanwhile. */
  *steps(
    inputs: readonly SlotArray[],
    outputs: readonly SlotArray[],
    nanoseconds?: Float64Array,
  ): Generator<void, void, void> {
    if (!this.#hasBuffers) this.#placeBuffers();
    this.#placeCallerArrays(inputs, outputs);
    const clock = nanoseconds && new StepClock(nanoseconds);
    try {
      for (const [index, step] of this.#steps.entries()) {
        this.#runStep(step, index);
        clock?.finished(index);
        yield;
      }
      for (const { slot, output } of this.#storage.copies) outputs[output].set(this.#memory.any(slot));
      clock?.finished(this.#steps.length - 1);
    } finally {
      this.#placeCallerArrays([], []);
    }
  }

  #runStep(step: CompiledStep, index: number): void {
    try {
      step.run(this.#memory);
    } catch (error) {
      throw markFailedStep(error, index);
    }
  }

  #placeBuffers(): void {
    const buffers = this.#storage.bufferSizes.map(allocateBuffer);
    this.#program.slots.forEach(({ size, type }, slot) => {
      const storage = this.#storage.slots[slot];
      if (storage.in === 'constant') this.#memory.set(slot, this.#program.constants[storage.index].data);
      if (storage.in !== 'buffer') return;
      const buffer = buffers[storage.index];
      this.#memory.set(slot, new SLOT_ARRAYS[type](buffer, 0, size));
    });
    this.#hasBuffers = true;
  }

  /** Also lets go of the arrays after a run, so that a cached program keeps no caller's data alive. */
  #placeCallerArrays(inputs: readonly SlotArray[], outputs: readonly SlotArray[]): void {
    this.#storage.slots.forEach((storage: Storage, slot) => {
      if (storage.in === 'input') this.#memory.set(slot, inputs[storage.index]);
      else if (storage.in === 'output') this.#memory.set(slot, outputs[storage.index]);
    });
  }
}

/** Adds the time since it was last asked to a step's number. */
class StepClock {
  readonly #nanoseconds: Float64Array;
  #last = performance.now();

  constructor(nanoseconds: Float64Array) {
    this.#nanoseconds = nanoseconds;
  }

  finished(step: number): void {
    const now = performance.now();
    // A program may have no step at all.
    if (step >= 0) this.#nanoseconds[step] += 1e6 * (now - this.#last);
    this.#last = now;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function allocateBuffer(bytes: number): ArrayBuffer {
  try {
    return new ArrayBuffer(bytes);
  } catch (error) {
    throw new NativeError(`typescript backend: out of memory for ${bytes} bytes of working memory`, { cause: error });
  }
}
