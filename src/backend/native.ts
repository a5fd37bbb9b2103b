import { isMainThread } from 'node:worker_threads';
import type { Addon, ProgramHandle } from '../../binding.js';
import { onAbort, throwIfAborted } from '../abort.js';
import { keepsMemory } from '../kept-memory.js';
import type { AbortSignal } from '../platform.js';
import type { Program, SlotArray } from '../program/program.js';
import type { ArrayType, Backend, Executable, ExecutableMemory, StepPlan } from './backend.js';
import { createProgramSoon } from './create-program.js';
import { requireAddon } from './native-addon.js';
import { fromNative } from './native-errors.js';
import { encodeProgram } from './wire.js';

/** Smaller results lie in memory that malloc keeps; larger ones would be fresh pages each time, faulted in one by one. */
const LEAST_LENT_BYTES = 16_384;

/** What has been lent to a thread that ends is lost: its memory may have been transferred to a thread that lives on. */
const MAY_BORROW = isMainThread;

/** Constants that are packed, and steps that are planned, in less time than it takes to hand them over: a millisecond. */
const MOST_PACKED_AT_ONCE = 2 ** 17;
const MOST_PLANNED_AT_ONCE = 256;

/** The core refuses more. */
const MOST_THREADS = 1024;

/**
 * Loads the native backend.
 *
 * @throws AddonFailure with the one reason why it cannot be loaded.
 */
export function loadNativeBackend(): Backend {
  return new NativeBackend(requireAddon());
}

class NativeBackend implements Backend {
  readonly name = 'native';
  readonly isa: string;
  readonly #addon: Addon;
  /** Lent arrays that no run has written yet, so that no caller can have seen them. */
  readonly #fresh = new WeakSet<SlotArray>();
  readonly #constantIds = new WeakMap<Float32Array, number>();

  constructor(addon: Addon) {
    this.#addon = addon;
    this.isa = addon.runtime().isa;
    keepsMemory(() => addon.releaseMemory());
  }

  /** Of the whole process: other threads of JavaScript may have changed it. */
  get threads(): number {
    return this.#addon.runtime().threads;
  }

  setThreads(threads: number): void {
    guarded(() => this.#addon.setThreads(Math.min(threads, MOST_THREADS)));
  }

  compile(program: Program): Executable {
    const spec = encodeProgram(program, (data) => this.#idOf(data));
    return new NativeExecutable(
      this.#addon,
      guarded(() => this.#addon.createProgram(spec)),
      this.#fresh,
    );
  }

  compileSoon(program: Program, signal?: AbortSignal): Executable | Promise<Executable> {
    const values = program.constants.reduce((sum, { data }) => sum + data.length, 0);
    if (values <= MOST_PACKED_AT_ONCE && program.steps.length <= MOST_PLANNED_AT_ONCE) return this.compile(program);
    const spec = encodeProgram(program, (data) => this.#idOf(data));
    const making = createProgramSoon(this.#addon, spec, signal);
    return making.then((handle) => new NativeExecutable(this.#addon, handle, this.#fresh));
  }

  #idOf(data: Float32Array): number {
    let id = this.#constantIds.get(data);
    if (id === undefined) {
      id = this.#addon.constantId();
      this.#constantIds.set(data, id);
    }
    return id;
  }

  allocate<T extends SlotArray>(type: ArrayType<T>, length: number): T {
    const bytes = type.BYTES_PER_ELEMENT * length;
    const lent = MAY_BORROW && bytes >= LEAST_LENT_BYTES ? guarded(() => this.#addon.allocate(bytes)) : undefined;
    if (lent === undefined) return new type(new ArrayBuffer(bytes), 0, length);
    const array = new type(lent, 0, length);
    this.#fresh.add(array);
    return array;
  }
}

class NativeExecutable implements Executable {
  readonly #addon: Addon;
  readonly #handle: ProgramHandle;
  readonly #fresh: WeakSet<SlotArray>;

  constructor(addon: Addon, handle: ProgramHandle, fresh: WeakSet<SlotArray>) {
    this.#addon = addon;
    this.#handle = handle;
    this.#fresh = fresh;
  }

  run(inputs: readonly SlotArray[], outputs: readonly SlotArray[]): void {
    this.#takeFresh(outputs);
    try {
      this.#addon.run(this.#handle, inputs as SlotArray[], outputs as SlotArray[]);
    } catch (error) {
      throw fromNative(error);
    }
  }

  profile(inputs: readonly SlotArray[], outputs: readonly SlotArray[]): Float64Array {
    this.#takeFresh(outputs);
    return guarded(() => this.#addon.profile(this.#handle, inputs as SlotArray[], outputs as SlotArray[]));
  }

  async runAsync(inputs: readonly SlotArray[], outputs: readonly SlotArray[], signal?: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    const fresh = this.#takeFresh(outputs);
    return new Promise((resolve, reject) => {
      const done = (error?: Error) => {
        forgetSignal?.();
        if (error === undefined) resolve();
        else reject(fromNative(error));
      };
      const run = guarded(() =>
        this.#addon.runAsync(this.#handle, inputs as SlotArray[], outputs as SlotArray[], done, fresh),
      );
      // A cancelled run writes nothing, even where its work was complete and only its `done` was still to come.
      const cancel = (reason: unknown) => {
        this.#addon.cancel(run);
        reject(reason);
      };
      const forgetSignal = signal && onAbort(signal, cancel);
    });
  }

  /** Whether nobody has seen any of the arrays. From now on somebody may. */
  #takeFresh(outputs: readonly SlotArray[]): boolean {
    return outputs.map((output) => this.#fresh.delete(output)).every(Boolean);
  }

  describe(): readonly StepPlan[] {
    return guarded(() => this.#addon.describe(this.#handle)) as StepPlan[];
  }

  memory(): ExecutableMemory {
    return guarded(() => this.#addon.memory(this.#handle));
  }

  dispose(): void {
    guarded(() => this.#addon.dispose(this.#handle));
  }
}

function guarded<Result>(call: () => Result): Result {
  try {
    return call();
  } catch (error) {
    throw fromNative(error);
  }
}
