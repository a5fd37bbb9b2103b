import { throwIfAborted } from '../abort.js';
import type { Backend } from '../backend/backend.js';
import { failedStepOf } from '../backend/failed-step.js';
import { ConvkitError } from '../errors.js';
import type { AbortSignal } from '../platform.js';
import { Tensor } from '../tensor.js';
import type { CompiledStage } from './compiled-stage.js';
import type { ReadFeed } from './feeds.js';
import type { OnnxGraph } from './onnx/types.js';
import type { Specialisations } from './specialisations.js';
import type { InputName } from './specialise/graph-state.js';
import type { Cut } from './specialise/stage.js';
import { isKnown } from './specialise/value.js';
import { stepRows } from './step-rows.js';

/** Tensors by the outputs' names; each run makes new ones. */
export type Results = Record<string, Tensor>;

/** One run of a model through its stages. It holds the one that it stands in, until it is done or closed. */
export class ModelRun {
  readonly #graph: OnnxGraph;
  readonly #specialisations: Specialisations;
  readonly #backend: Backend;
  #stage: CompiledStage | undefined;
  #arrays: ReadonlyMap<InputName, Float32Array>;
  #outputs: readonly Float32Array[] = [];
  #results: Results = {};

  constructor(
    graph: OnnxGraph,
    specialisations: Specialisations,
    backend: Backend,
    first: CompiledStage,
    feeds: ReadonlyMap<string, ReadFeed>,
  ) {
    this.#graph = graph;
    this.#specialisations = specialisations;
    this.#backend = backend;
    this.#enter(first);
    this.#arrays = new Map([...feeds].map(([name, { data }]) => [name, data]));
  }

  /** Empty until the last stage is done. */
  get results(): Results {
    return this.#results;
  }

  /** The stage that comes next; undefined when all is done. */
  get stage(): CompiledStage | undefined {
    return this.#stage;
  }

  inputs(): Float32Array[] {
    return (this.#stage as CompiledStage).stage.inputs.map((name) => this.#arrays.get(name) as Float32Array);
  }

  /** Arrays for the stage's outputs. */
  allocate(): readonly Float32Array[] {
    const { program } = this.stage as CompiledStage;
    this.#outputs = program.outputs.map((slot) => this.#backend.allocate(Float32Array, program.slots[slot].size));
    return this.#outputs;
  }

  /** Goes on to the next stage, or fills the results after the last one. */
  advance(): void {
    const { compiled, cut, outputs } = this.#finishStage();
    if (cut === undefined) return;
    this.#enter(
      compiled.continuation(cut.keyOf(outputs), () => this.#specialisations.next(cut.next(outputs), this.#backend)),
    );
  }

  /** The same; a stage that is not there yet is compiled off the event loop. */
  async advanceSoon(signal: AbortSignal | undefined): Promise<void> {
    const { compiled, cut, outputs } = this.#finishStage();
    if (cut === undefined) return;
    const key = cut.keyOf(outputs);
    const known = compiled.knownContinuation(key);
    if (known !== undefined) {
      this.#enter(known);
      return;
    }
    throwIfAborted(signal);
    const compile = (wanted: AbortSignal) => this.#specialisations.nextSoon(cut.next(outputs), this.#backend, wanted);
    const next = await compiled.continuationSoon(key, compile, signal);
    this.#enter(next);
    next.release();
  }

  /** An error of the stage that runs, which names the nodes whose step failed instead of the step's kind. */
  named(error: unknown): unknown {
    const step = failedStepOf(error);
    if (step === undefined || this.#stage === undefined || !(error instanceof ConvkitError)) return error;
    const { nodes } = stepRows(this.#graph, this.#stage)[step];
    const { kind } = this.#stage.program.steps[step];
    const what = error.message.startsWith(`${kind}: `) ? error.message.slice(kind.length + 2) : error.message;
    error.message = `${nodes.join(' + ')}: ${what}`;
    return error;
  }

  /** Lets go of the stage where the run ends, early or not. Idempotent. */
  close(): void {
    this.#enter(undefined);
  }

  /** Takes the outputs of the stage that was run; where it is the last one, they become the results. */
  #finishStage(): { compiled: CompiledStage; cut: Cut | undefined; outputs: readonly Float32Array[] } {
    const compiled = this.stage as CompiledStage;
    const { cut } = compiled.stage;
    const outputs = this.#outputs;
    this.#outputs = [];
    if (cut === undefined) this.#finish(compiled, outputs);
    else this.#arrays = cut.arrays(outputs);
    return { compiled, cut, outputs };
  }

  #enter(stage: CompiledStage | undefined): void {
    // The next stage first: it may be held by none but the one before it.
    stage?.hold();
    this.#stage?.release();
    this.#stage = stage;
  }

  #finish({ stage }: CompiledStage, outputs: readonly Float32Array[]): void {
    const computed = outputs.values();
    const results: [string, Tensor][] = [];
    for (const { name } of this.#graph.outputs) {
      const value = stage.results.get(name);
      if (value === undefined) continue;
      const data = isKnown(value) ? new Float32Array(value.known) : (computed.next().value as Float32Array);
      results.push([name, new Tensor(data, value.shape)]);
    }
    // Unlike an assignment, this gives an output even of the name '__proto__'.
    this.#results = Object.fromEntries(results);
    this.close();
  }
}
