import { keepsMemory } from '../../kept-memory.js';
import type { Program, SlotArray } from '../../program/program.js';
import { inSlices } from '../../slices.js';
import type { ArrayType, Backend, Executable } from '../backend.js';
import { defaultThreads } from '../settings.js';
import { TypeScriptExecutable } from './executable.js';
import { WorkerPool } from './worker-pool.js';

/**
 * The backend that needs nothing but Node: sums in float64, one thread for a synchronous run, and up to
 * `threads` workers for asynchronous ones. Create one a process, since it owns its workers.
 */
export function createTypeScriptBackend(): Backend {
  return new TypeScriptBackend();
}

class TypeScriptBackend implements Backend {
  readonly name = 'typescript';
  readonly isa = 'none';
  readonly #pool: WorkerPool;
  readonly #abandoned: FinalizationRegistry<number>;
  #threads: number;

  constructor() {
    this.#threads = defaultThreads();
    const pool = new WorkerPool(this.#threads);
    this.#pool = pool;
    keepsMemory(() => {
      pool.endIdle();
      return 0;
    });
    this.#abandoned = new FinalizationRegistry((id) => pool.forget(id));
  }

  get threads(): number {
    return this.#threads;
  }

  setThreads(threads: number): void {
    this.#threads = threads;
    this.#pool.limit = threads;
  }

  compile(program: Program): TypeScriptExecutable {
    const executable = new TypeScriptExecutable(program, this.#pool);
    this.#abandoned.register(executable, executable.id);
    return executable;
  }

  /** What takes long is to copy the weights, which the asynchronous run that is to come would do at once. */
  compileSoon(program: Program, signal?: AbortSignal): Executable | Promise<Executable> {
    const executable = this.compile(program);
    const sharing = inSlices(executable.sharing(), signal);
    return sharing instanceof Promise ? sharing.then(() => executable) : executable;
  }

  allocate<T extends SlotArray>(type: ArrayType<T>, length: number): T {
    return new type(new ArrayBuffer(type.BYTES_PER_ELEMENT * length), 0, length);
  }
}
