import { throwIfAborted } from '../abort.js';
import type { Backend } from '../backend/backend.js';
import { Lru } from '../lru.js';
import type { AbortSignal } from '../platform.js';
import { contentId } from '../program/number-ids.js';
import { formatShape } from '../shape.js';
import { SharedBuilds } from '../shared-builds.js';
import { atOnce, inSlices, type Sliced } from '../slices.js';
import { CompiledStage, type PreparedStage, preparing } from './compiled-stage.js';
import type { ReadFeed } from './feeds.js';
import type { OnnxGraph } from './onnx/types.js';
import { Folder } from './specialise/fold.js';
import { type GraphState, initialState, Liveness, type ValueFacts } from './specialise/graph-state.js';
import { DEFAULT_TENSOR_BYTES, limitsFor } from './specialise/limits.js';
import { NeedsInput, type Specialising, StageBuilder } from './specialise/stage.js';
import { knownValue } from './specialise/value.js';

/** Of a graph's inputs, by their names. */
type InputFacts = ReadonlyMap<string, ValueFacts>;

type Feeds = ReadonlyMap<string, ReadFeed>;

interface Entry {
  readonly inputs: InputFacts;
  readonly stage: CompiledStage;
}

/**
 * The programs of a graph: one for each set of input shapes, compiled when it is first seen. A stage that is handed out
 * lives until others are asked for; who needs it longer holds it.
 */
export class Specialisations {
  readonly #specialising: Specialising;
  readonly #threads: number;
  /** Inputs whose numbers decide shapes. */
  readonly #decisive = new Set<string>();
  readonly #entries: Lru<string, Entry>;
  readonly #builds = new SharedBuilds<CompiledStage>();
  /** So that a slice has time for all of it, however busy the machine. */
  readonly #isSmall: boolean;
  #isCleared = false;

  /**
   * @param capacity How many sets of shapes stay compiled: at least 1.
   * @param tensorBytes What a tensor may have.
   */
  constructor(graph: OnnxGraph, threads: number, capacity: number, tensorBytes = DEFAULT_TENSOR_BYTES) {
    const values = valuesIn(graph);
    const limits = limitsFor(values, tensorBytes);
    this.#isSmall = values <= 2 ** 16 && graph.nodes.length <= 32;
    this.#specialising = { graph, liveness: new Liveness(graph), folder: new Folder(), limits };
    this.#threads = threads;
    this.#entries = new Lru(capacity, ({ stage }) => stage.release());
  }

  /** What a tensor may have. */
  get tensorBytes(): number {
    return this.#specialising.limits.tensorBytes;
  }

  /** The first stage for these feeds, compiled now where there is none. @throws ModelError, ShapeError, UnsupportedError */
  first(feeds: Feeds, backend: Backend): CompiledStage {
    for (;;) {
      const known = this.known(feeds, backend);
      if (known !== undefined) return known;
      const decisive = new Set(this.#decisive);
      try {
        const entry = this.#entryOf(this.#factsOf(feeds), backend);
        this.#entries.set(this.#keyOf(feeds, backend), entry);
        return entry.stage;
      } catch (error) {
        this.#learn(error, decisive);
      }
    }
  }

  /** The first stage where it is compiled already. */
  known(feeds: Feeds, backend: Backend): CompiledStage | undefined {
    return this.#entries.get(this.#keyOf(feeds, backend))?.stage;
  }

  /**
   * The first stage, compiled off the event loop, once for all runs that wait for it. It is held for the caller.
   *
   * @param feeds Must not change until then.
   * @throws (as a rejection) as `first`; `signal.reason`
   */
  async firstSoon(feeds: Feeds, backend: Backend, signal: AbortSignal | undefined): Promise<CompiledStage> {
    for (;;) {
      throwIfAborted(signal);
      const decisive = new Set(this.#decisive);
      const key = this.#keyOf(feeds, backend);
      const inputs = this.#factsOf(feeds);
      const state = initialState(this.#specialising.graph, inputs);
      const build = (wanted: AbortSignal) => this.nextSoon(state, backend, wanted);
      try {
        return await this.#builds.join(key, signal, build, (stage) => {
          // A synchronous run may have been quicker, and what is disposed of keeps nothing.
          if (this.#isCleared || this.#entries.get(key) !== undefined) return;
          stage.hold();
          this.#entries.set(key, { inputs, stage });
        });
      } catch (error) {
        this.#learn(error, decisive);
      }
    }
  }

  /** The first stage for the shapes that were used last, on whichever backend. */
  latest(backend: Backend): CompiledStage | undefined {
    const last = this.#entries.latest;
    const entry = last === undefined ? undefined : this.#entries.get(last);
    if (last === undefined || entry === undefined) return undefined;
    const key = `${backend.name}${last.slice(last.indexOf(';'))}`;
    return this.#entries.getOrMake(key, () => this.#entryOf(entry.inputs, backend)).stage;
  }

  /** The stage after another one, from where that was cut; the caller is its first holder. */
  next(state: GraphState, backend: Backend): CompiledStage {
    const prepared = atOnce(this.#preparing(state));
    const { program } = prepared;
    return new CompiledStage(prepared, program.outputs.length === 0 ? undefined : backend.compile(program));
  }

  /** The same off the event loop. What is done within a slice is done before this returns. */
  async nextSoon(state: GraphState, backend: Backend, signal: AbortSignal): Promise<CompiledStage> {
    const work = this.#preparing(state);
    const preparing = this.#isSmall ? atOnce(work) : inSlices(work, signal);
    const prepared = preparing instanceof Promise ? await preparing : preparing;
    const { program } = prepared;
    if (program.outputs.length === 0) return new CompiledStage(prepared, undefined);
    const compiling = backend.compileSoon?.(program, signal) ?? backend.compile(program);
    return new CompiledStage(prepared, compiling instanceof Promise ? await compiling : compiling);
  }

  /** Lets go of all programs, for good. */
  clear(): void {
    this.#isCleared = true;
    this.#entries.clear();
    this.#specialising.folder.clear();
  }

  *#preparing(state: GraphState): Sliced<PreparedStage> {
    const stage = yield* new StageBuilder(this.#specialising, state).build();
    return yield* preparing(stage, this.#threads);
  }

  #entryOf(inputs: InputFacts, backend: Backend): Entry {
    return { inputs, stage: this.next(initialState(this.#specialising.graph, inputs), backend) };
  }

  /** An input whose numbers decide shapes is known from now on; anything else is an error. @param known Those known so far */
  #learn(error: unknown, known: ReadonlySet<string>): void {
    if (!(error instanceof NeedsInput) || known.has(error.input)) throw error;
    this.#decisive.add(error.input);
  }

  #factsOf(feeds: Feeds): InputFacts {
    const inputs = new Map<string, ValueFacts>();
    for (const [name, { shape, type, exact }] of feeds) {
      const known = shape.includes(0) || this.#decisive.has(name);
      inputs.set(name, known ? knownValue(exact.slice(), shape, type) : { shape, type });
    }
    return inputs;
  }

  #keyOf(feeds: Feeds, backend: Backend): string {
    const sets = [...feeds].map(
      ([name, feed]) => formatShape(feed.shape) + (this.#decisive.has(name) ? contentId(feed.exact) : ''),
    );
    return [backend.name, ...sets].join(';');
  }
}

/** Numbers that the file itself holds. */
function valuesIn({ initializers, nodes }: OnnxGraph): number {
  let values = 0;
  for (const { data } of initializers.values()) values += data.length;
  for (const { attributes } of nodes) {
    for (const attribute of attributes.values()) if (attribute.kind === 'tensor') values += attribute.value.data.length;
  }
  return values;
}
