import type { Backend } from '../backend/backend.js';
import { formatShape } from '../shape.js';
import { CompiledStage } from './compiled-stage.js';
import type { ReadFeed } from './feeds.js';
import type { OnnxGraph } from './onnx/types.js';
import { Folder } from './specialise/fold.js';
import { type GraphState, initialState, Liveness, type ValueFacts } from './specialise/graph-state.js';
import { NeedsInput, StageBuilder } from './specialise/stage.js';
import { knownValue } from './specialise/value.js';

/** Programs share their weights, so that many may stay: enough for every batch size of a Batcher, and a few pictures. */
const CAPACITY = 32;

interface Entry {
  readonly backend: Backend;
  readonly key: string;
  readonly stage: CompiledStage;
}

/** The programs of a graph: one for each set of input shapes, compiled when it is first seen. */
export class Specialisations {
  readonly #graph: OnnxGraph;
  readonly #liveness: Liveness;
  readonly #threads: number;
  readonly #folder = new Folder();
  /** Inputs whose numbers decide shapes. */
  readonly #decisive = new Set<string>();
  /** Least recently used first. */
  readonly #entries: Entry[] = [];

  constructor(graph: OnnxGraph, threads: number) {
    this.#graph = graph;
    this.#threads = threads;
    this.#liveness = new Liveness(graph);
  }

  /** The first stage for these feeds. @throws ModelError, ShapeError, UnsupportedError */
  first(feeds: ReadonlyMap<string, ReadFeed>, backend: Backend): CompiledStage {
    for (;;) {
      try {
        return this.#first(feeds, backend);
      } catch (error) {
        if (!(error instanceof NeedsInput) || this.#decisive.has(error.input)) throw error;
        this.#decisive.add(error.input);
      }
    }
  }

  /** The stage after another one, from where that was cut. */
  next(state: GraphState, backend: Backend): CompiledStage {
    return new CompiledStage(
      new StageBuilder(this.#graph, this.#liveness, this.#folder, state).build(),
      backend,
      this.#threads,
    );
  }

  /** The stage that was used last. */
  get latest(): CompiledStage | undefined {
    return this.#entries.at(-1)?.stage;
  }

  clear(): void {
    for (const { stage } of this.#entries.splice(0)) stage.dispose();
  }

  #first(feeds: ReadonlyMap<string, ReadFeed>, backend: Backend): CompiledStage {
    const key = this.#keyOf(feeds);
    const at = this.#entries.findIndex((entry) => entry.key === key && entry.backend === backend);
    const entry = at === -1 ? { key, backend, stage: this.#compile(feeds, backend) } : this.#entries.splice(at, 1)[0];
    this.#entries.push(entry);
    if (this.#entries.length > CAPACITY) this.#entries.shift()?.stage.dispose();
    return entry.stage;
  }

  #compile(feeds: ReadonlyMap<string, ReadFeed>, backend: Backend): CompiledStage {
    const inputs = new Map<string, ValueFacts>();
    for (const [name, { shape, type, exact }] of feeds) {
      const known = shape.includes(0) || this.#decisive.has(name);
      inputs.set(name, known ? knownValue(exact.slice(), shape, type) : { shape, type });
    }
    return this.next(initialState(this.#graph, inputs), backend);
  }

  #keyOf(feeds: ReadonlyMap<string, ReadFeed>): string {
    return [...feeds]
      .map(([name, { shape, exact }]) => formatShape(shape) + (this.#decisive.has(name) ? exact.join(',') : ''))
      .join(';');
  }
}
