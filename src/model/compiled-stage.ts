import type { Executable } from '../backend/backend.js';
import { Lru } from '../lru.js';
import type { AbortSignal } from '../platform.js';
import { optimizing } from '../program/passes/index.js';
import type { Program } from '../program/program.js';
import { SharedBuilds } from '../shared-builds.js';
import type { Sliced } from '../slices.js';
import type { Stage } from './specialise/stage.js';

/** How many continuations of one stage stay compiled: one for each number of boxes, say. */
const MOST_CONTINUATIONS = 8;

/** A stage whose program is as the backend gets it. */
export interface PreparedStage {
  readonly stage: Stage;
  /** Shorter than the stage's own program. */
  readonly program: Program;
  /** For each step of the stage's program the step of `program` that does its work, −1 where none does. */
  readonly stepOf: readonly number[];
}

/** @param threads At most so many take part in a run; 0 for all. */
export function* preparing(stage: Stage, threads: number): Sliced<PreparedStage> {
  const { program, stepOf } = yield* optimizing(stage.program);
  return { stage, program: Object.freeze({ ...program, threads }), stepOf };
}

/**
 * A stage made ready to run. It is freed when nobody holds it any more: neither the cache that it was compiled for, which
 * holds it from the start, nor a run that stands in it. So a run outlives its stage's place in the cache.
 */
export class CompiledStage implements PreparedStage {
  readonly stage: Stage;
  readonly program: Program;
  readonly stepOf: readonly number[];
  /** Undefined for a graph whose outputs follow from its inputs' shapes: it has nothing to run. */
  readonly executable: Executable | undefined;
  readonly #continuations = new Lru<string, CompiledStage>(MOST_CONTINUATIONS, (stage) => stage.release());
  readonly #builds = new SharedBuilds<CompiledStage>();
  #holders = 1;

  constructor({ stage, program, stepOf }: PreparedStage, executable: Executable | undefined) {
    this.stage = stage;
    this.program = program;
    this.stepOf = stepOf;
    this.executable = executable;
  }

  /** The stage that follows, for one key of the cut; compiled where there is none. */
  continuation(key: string, compile: () => CompiledStage): CompiledStage {
    return this.#continuations.getOrMake(key, compile);
  }

  /** The same where it is there already. */
  knownContinuation(key: string): CompiledStage | undefined {
    return this.#continuations.get(key);
  }

  /**
   * The stage that follows, compiled off the event loop, once for all that ask for it meanwhile. It is held for the caller,
   * who must hold this one.
   */
  continuationSoon(
    key: string,
    compile: (signal: AbortSignal) => Promise<CompiledStage>,
    signal: AbortSignal | undefined,
  ): Promise<CompiledStage> {
    return this.#builds.join(key, signal, compile, (stage) => {
      // A synchronous run may have been quicker.
      if (this.#continuations.get(key) !== undefined) return;
      stage.hold();
      this.#continuations.set(key, stage);
    });
  }

  hold(): void {
    this.#holders++;
  }

  release(): void {
    this.#holders--;
    if (this.#holders > 0) return;
    this.executable?.dispose();
    this.#continuations.clear();
  }
}
