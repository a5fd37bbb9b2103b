import type { Backend, Executable } from '../backend/backend.js';
import { optimize } from '../program/passes/index.js';
import type { Program } from '../program/program.js';
import type { Stage } from './specialise/stage.js';

/** How many continuations of one stage stay compiled: one for each number of boxes, say. */
const MOST_CONTINUATIONS = 8;

/**
 * A stage made ready to run. It is freed when nobody holds it any more: neither the cache that it was compiled for, which
 * holds it from the start, nor a run that stands in it. So a run outlives its stage's place in the cache.
 */
export class CompiledStage {
  readonly stage: Stage;
  /** What the backend was given: shorter than the stage's own program. */
  readonly program: Program;
  /** For each step of the stage's program the step of `program` that does its work, −1 where none does. */
  readonly stepOf: readonly number[];
  readonly executable: Executable | undefined;
  readonly #continuations = new Map<string, CompiledStage>();
  #holders = 1;

  /** @param threads At most so many take part in a run; 0 for all. */
  constructor(stage: Stage, backend: Backend, threads: number) {
    const { program: optimized, stepOf } = optimize(stage.program);
    const program: Program = Object.freeze({ ...optimized, threads });
    this.stage = stage;
    this.program = program;
    this.stepOf = stepOf;
    // A graph whose outputs follow from its inputs' shapes has nothing to run.
    this.executable = program.outputs.length === 0 ? undefined : backend.compile(program);
  }

  /** The stage that follows, for one key of the cut; compiled where there is none. */
  continuation(key: string, compile: () => CompiledStage): CompiledStage {
    const found = this.#continuations.get(key) ?? compile();
    // A Map iterates in the order of insertion, so the first key is the one unused for longest.
    this.#continuations.delete(key);
    this.#continuations.set(key, found);
    for (const [oldest, stage] of this.#continuations) {
      if (this.#continuations.size <= MOST_CONTINUATIONS) break;
      this.#continuations.delete(oldest);
      stage.release();
    }
    return found;
  }

  hold(): void {
    this.#holders++;
  }

  release(): void {
    this.#holders--;
    if (this.#holders > 0) return;
    this.executable?.dispose();
    for (const stage of this.#continuations.values()) stage.release();
    this.#continuations.clear();
  }
}
