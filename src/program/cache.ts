import type { Backend, Executable } from '../backend/backend.js';
import { activeBackend } from '../backend/select.js';
import { keepsMemory } from '../kept-memory.js';
import { Lru } from '../lru.js';
import type { Program } from './program.js';
import type { Step } from './step.js';

/** Distinct operator calls that stay compiled for each backend. */
const CAPACITY = 64;

/** By backend object: a backend that is dropped takes its executables along. */
const caches = new WeakMap<Backend, ExecutableCache>();

/**
 * The active backend's executable for a program without constants, compiled at its first use.
 * Programs with equal slots, inputs, outputs and steps share one.
 */
export function executableFor(program: Program): Executable {
  const backend = activeBackend();
  let cache = caches.get(backend);
  if (cache === undefined) {
    const made = new ExecutableCache((missing) => backend.compile(missing), CAPACITY);
    keepsMemory(() => made.clear());
    caches.set(backend, made);
    cache = made;
  }
  return cache.get(program);
}

/** Keeps the `capacity` executables that were used last and disposes of the others. */
export class ExecutableCache {
  readonly #compile: (program: Program) => Executable;
  readonly #executables: Lru<string, Executable>;

  constructor(compile: (program: Program) => Executable, capacity: number) {
    this.#compile = compile;
    this.#executables = new Lru(capacity, (executable) => executable.dispose());
  }

  get(program: Program): Executable {
    if (program.constants.length > 0) throw new Error('a program with constants cannot be shared');
    return this.#executables.getOrMake(programKey(program), () => this.#compile(program));
  }

  /** Disposes of all. @returns the bytes that they kept. */
  clear(): number {
    let bytes = 0;
    for (const executable of this.#executables.values()) {
      bytes += executable.memory().residentBytes;
    }
    this.#executables.clear();
    return bytes;
  }
}

/** Everything that a backend may see of a program without constants, as text. */
function programKey({ slots, inputs, outputs, steps }: Program): string {
  const sizes = slots.map(({ size, type }) => `${size}${type}`);
  return [sizes, inputs, outputs, ...steps.map(stepKey)].join('|');
}

function stepKey({ kind, geometry, operands, results, scalars, activation, algorithm }: Step): string {
  const { kind: function_, alpha, beta } = activation;
  return [kind, Object.values(geometry), operands, results, scalars, function_, alpha, beta, algorithm].join(';');
}
