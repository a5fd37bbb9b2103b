import { NativeError } from '../../errors.js';
import type { Program, SlotArray } from '../../program/program.js';
import type { StepPlan } from '../backend.js';
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
    const context = { isConstant: (slot: number) => constants.has(slot) };
    this.#steps = program.steps.map((step) => compileStep(step, context));
    this.#storage = planStorage(program, canFailLate(program));
    this.#memory = new SlotMemory(program.slots.length);
  }

  get plans(): readonly StepPlan[] {
    return this.#steps.map(({ plan }) => plan);
  }

  /** Runs all steps; `outputs` are untouched where it throws. */
  run(inputs: readonly SlotArray[], outputs: readonly SlotArray[]): void {
    if (!this.#hasBuffers) this.#placeBuffers();
    this.#placeCallerArrays(inputs, outputs);
    try {
      for (const step of this.#steps) step.run(this.#memory);
      for (const { slot, output } of this.#storage.copies) outputs[output].set(this.#memory.any(slot));
    } finally {
      this.#placeCallerArrays([], []);
    }
  }

  #placeBuffers(): void {
    const buffers = this.#storage.bufferSizes.map(allocateBuffer);
    this.#program.slots.forEach(({ size, type }, slot) => {
      const storage = this.#storage.slots[slot];
      if (storage.in === 'constant') this.#memory.set(slot, this.#program.constants[storage.index].data);
      if (storage.in !== 'buffer') return;
      const buffer = buffers[storage.index];
      this.#memory.set(slot, type === 'int32' ? new Int32Array(buffer, 0, size) : new Float32Array(buffer, 0, size));
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

function allocateBuffer(bytes: number): ArrayBuffer {
  try {
    return new ArrayBuffer(bytes);
  } catch (error) {
    throw new NativeError(`typescript backend: out of memory for ${bytes} bytes of working memory`, { cause: error });
  }
}
