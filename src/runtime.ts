import { activeSelection, selectBackend, selectThreads } from './backend/select.js';
import { type BackendChoice, checkBackendChoice, checkThreads } from './backend/settings.js';
import { releaseKeptMemory } from './kept-memory.js';

/** What runs the work at the moment. */
export interface RuntimeInfo {
  /** 'native', or 'typescript' where the addon cannot run or another choice was made. */
  readonly backend: 'native' | 'typescript';
  /** 'amx', 'avx512', 'avx2', 'neon' or 'baseline'; 'none' on the TypeScript backend. */
  readonly isa: string;
  /** How many threads a run may use, the caller's included. */
  readonly threads: number;
  /** Why the backend is not the native one. */
  readonly reason?: string;
}

/**
 * Tells which backend is in use, choosing it now if nothing has run yet.
 *
 * @example
 * console.log(runtime()); // { backend: 'native', isa: 'avx2', threads: 8 }
 * @throws ArgumentError for an unknown value in CONVKIT_BACKEND, CONVKIT_THREADS, CONVKIT_ISA or
 * CONVKIT_REQUIRE_NATIVE; UnsupportedError where the native backend is required and cannot load.
 */
export function runtime(): RuntimeInfo {
  const { backend, reason } = activeSelection();
  const { name, isa, threads } = backend;
  return reason === undefined ? { backend: name, isa, threads } : { backend: name, isa, threads, reason };
}

/**
 * Chooses the backend for everything that runs from now on; `'auto'` prefers the native one.
 *
 * @throws ArgumentError for another name; UnsupportedError where `'native'` cannot load, with the reason and
 * the command that mends it. The backend in use then stays.
 */
export function setBackend(backend: 'auto' | 'native' | 'typescript'): void {
  const choice: BackendChoice = checkBackendChoice(backend, 'setBackend');
  selectBackend(choice);
}

/**
 * Sets how many threads a run may use, on both backends; results do not depend on it.
 *
 * @throws ArgumentError unless `threads` is a positive integer.
 */
export function setThreads(threads: number): void {
  selectThreads(checkThreads(threads, 'setThreads'));
}

/**
 * Gives memory back to the system that is only kept for the next call: working memory of runs, memory of results that
 * the garbage collector has freed, compiled operators, tables of resizes, and idle worker threads of the TypeScript
 * backend. Weights that layers and models have packed stay, as do results that are still there or not yet collected. For
 * after a burst; the next calls are slower for once.
 *
 * @returns how many bytes it knows to have given back
 * @example
 * await model.run(largeBatch);
 * releaseMemory();
 */
export function releaseMemory(): number {
  return releaseKeptMemory();
}
