import type { Backend } from '../backend/backend.js';
import { formatShape } from '../shape.js';
import { CompiledStage } from './compiled-stage.js';
import type { ReadFeed } from './feeds.js';
import type { OnnxGraph } from './onnx/types.js';
import { Folder } from './specialise/fold.js';
import { type GraphState, initialState, Liveness, type ValueFacts } from './specialise/graph-state.js';
import { NeedsInput, StageBuilder } from './specialise/stage.js';
import { knownValue } from './specialise/value.js';

/** Of a graph's inputs, by their names. */
type InputFacts = ReadonlyMap<string, ValueFacts>;

interface Entry {
  readonly backend: Backend;
  readonly key: string;
  readonly inputs: InputFacts;
  readonly stage: CompiledStage;
}

/**
 * The programs of a graph: one for each set of input shapes, compiled when it is first seen. A stage that is handed out
 * lives until others are asked for; who needs it longer holds it.
 */
export class Specialisations {
  readonly #graph: OnnxGraph;
  readonly #liveness: Liveness;
  readonly #threads: number;
  readonly #capacity: number;
  readonly #folder = new Folder();
  /** Inputs whose numbers decide shapes. */
  readonly #decisive = new Set<string>();
  /** Least recently used first. */
  readonly #entries: Entry[] = [];

  /** @param capacity How many sets of shapes stay compiled: at least 1. */
  constructor(graph: OnnxGraph, threads: number, capacity: number) {
    this.#graph = graph;
    this.#threads = threads;
    this.#capacity = capacity;
    this.#liveness = new Liveness(graph);
  }

  /** The first stage for these feeds. @throws ModelError, ShapeError, UnsupportedError */
  first(feeds: ReadonlyMap<string, ReadFeed>, backend: Backend): CompiledStage {
    for (;;) {
      try {
        return this.#stageFor(this.#keyOf(feeds), () => this.#factsOf(feeds), backend);
      } catch (error) {
        if (!(error instanceof NeedsInput) || this.#decisive.has(error.input)) throw error;
        this.#decisive.add(error.input);
      }
    }
  }

  /** The first stage for the shapes that were used last, on whichever backend. */
  latest(backend: Backend): CompiledStage | undefined {
    const last = this.#entries.at(-1);
    return last && this.#stageFor(last.key, () => last.inputs, backend);
  }

  /** The stage after another one, from where that was cut; the caller is its first holder. */
  next(state: GraphState, backend: Backend): CompiledStage {
    return new CompiledStage(
      new StageBuilder(this.#graph, this.#liveness, this.#folder, state).build(),
      backend,
      this.#threads,
    );
  }

  clear(): void {
    for (const { stage } of this.#entries.splice(0)) stage.release();
  }

  #stageFor(key: string, facts: () => InputFacts, backend: Backend): CompiledStage {
    const at = this.#entries.findIndex((entry) => entry.key === key && entry.backend === backend);
    const entry = at === -1 ? this.#compile(key, facts(), backend) : this.#entries.splice(at, 1)[0];
    this.#entries.push(entry);
    if (this.#entries.length > this.#capacity) this.#entries.shift()?.stage.release();
    return entry.stage;
  }

  #compile(key: string, inputs: InputFacts, backend: Backend): Entry {
    return { key, inputs, backend, stage: this.next(initialState(this.#graph, inputs), backend) };
  }

  #factsOf(feeds: ReadonlyMap<string, ReadFeed>): InputFacts {
    const inputs = new Map<string, ValueFacts>();
    for (const [name, { shape, type, exact }] of feeds) {
      const known = shape.includes(0) || this.#decisive.has(name);
      inputs.set(name, known ? knownValue(exact.slice(), shape, type) : { shape, type });
    }
    return inputs;
  }

  #keyOf(feeds: ReadonlyMap<string, ReadFeed>): string {
    return [...feeds]
      .map(([name, { shape, exact }]) => formatShape(shape) + (this.#decisive.has(name) ? exact.join(',') : ''))
      .join(';');
  }
}
