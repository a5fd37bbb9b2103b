import { throwIfAborted } from '../abort.js';
import type { Backend } from '../backend/backend.js';
import { activeBackend } from '../backend/select.js';
import { NativeError } from '../errors.js';
import { readOptions } from '../geometry/options.js';
import { readSignal } from '../ops/signal.js';
import type { AbortSignal } from '../platform.js';
import type { Shape } from '../shape.js';
import { copyFeeds, type Feed, readFeeds } from './feeds.js';
import { ModelRun, type Results } from './model-run.js';
import type { ElementType, OnnxGraph, OnnxValueInfo } from './onnx/types.js';
import { type ModelProfile, profileStages } from './profile.js';
import { feedsToWarmUp, type ShapesOrFeeds } from './shapes-or-feeds.js';
import type { Specialisations } from './specialisations.js';
import { type ModelSummary, summarizeStage } from './summary.js';

/** An input or output of a model, as its file declares it. */
export interface ModelValue {
  /** As the file has it. */
  readonly name: string;
  /** −1 for a free dimension; undefined where the file does not say how many axes there are. */
  readonly shape: Shape | undefined;
  /** In the file; an output of any type comes as float32. */
  readonly type: ElementType;
}

interface ModelParts {
  readonly graph: OnnxGraph;
  readonly specialisations: Specialisations;
}

/** What a run can be told. */
export interface RunOptions {
  /** Rejects with its reason when it aborts; the work stops soon after. */
  readonly signal?: AbortSignal | undefined;
}

/** A tensor where the model has one input, or for any model tensors by the inputs' names. Batches lie first: NCHW. */
export type Feeds = Feed | Readonly<Record<string, Feed>>;

/**
 * A network read from a file by `loadModel`. It is compiled, and its weights are packed, for the shapes of its inputs when
 * they are first seen (or by `warmup`), and kept for the sets of shapes used last, `maxShapeSets` of them. Any number of
 * runs may be in flight at once; they share the library's threads.
 *
 * Programs compute in float32: whole numbers and truth values go in and come out as float32 too, exact up to 2^24.
 *
 * @example
 * const model = await loadModel('detector.onnx');
 * await model.warmup([1, 3, 640, 640]);
 * const { boxes, scores } = await model.run(new Tensor(pixels, [1, 3, 640, 640]));
 * model.dispose();
 */
export class Model {
  /** In the file's order, without those that have a value in the file. */
  readonly inputs: readonly ModelValue[];
  /** In the file's order. */
  readonly outputs: readonly ModelValue[];
  readonly #backend: Backend | undefined;
  /** Undefined once the model was disposed of: the weights go, even where the model itself is kept. */
  #parts: ModelParts | undefined;

  /** @internal */
  constructor(graph: OnnxGraph, specialisations: Specialisations, backend: Backend | undefined) {
    this.#backend = backend;
    this.#parts = { graph, specialisations };
    this.inputs = Object.freeze(graph.inputs.map(publicValue));
    this.outputs = Object.freeze(graph.outputs.map(publicValue));
  }

  /**
   * Runs the network off the event loop. Feeds are copied before this returns and may then be changed. The first run for
   * a set of shapes compiles for it, off the event loop too, once for all runs that wait for it.
   *
   * @throws (as a rejection) ArgumentError where feeds are missing, unknown or of the wrong type, or an index that the
   *   network computes is out of range; ShapeError where a feed's shape is not the declared one; ModelError where a node
   *   cannot work on these shapes; NativeError after `dispose`; `signal.reason` when it aborts
   * @example
   * const { logits } = await model.run(new Tensor(pixels, [1, 3, 224, 224]), { signal: AbortSignal.timeout(1000) });
   */
  async run(feeds: Feeds, options?: RunOptions): Promise<Results> {
    const caller = 'model.run';
    const signal = readSignal(caller, readOptions(caller, options, ['signal']).signal);
    throwIfAborted(signal);
    const started = this.#startSoon(caller, feeds, signal);
    const run = started instanceof Promise ? await started : started;
    try {
      while (run.stage !== undefined) {
        const { executable } = run.stage;
        if (executable !== undefined) await executable.runAsync(run.inputs(), run.allocate(), signal);
        await run.advanceSoon(signal);
      }
    } catch (error) {
      throw run.named(error);
    } finally {
      run.close();
    }
    return run.results;
  }

  /**
   * Runs the network on the calling thread and the library's pool, and waits for it: the event loop stands still.
   *
   * @throws as `run` rejects
   */
  runSync(feeds: Feeds): Results {
    const run = this.#start('model.runSync', feeds);
    try {
      while (run.stage !== undefined) {
        run.stage.executable?.run(run.inputs(), run.allocate());
        run.advance();
      }
    } catch (error) {
      throw run.named(error);
    } finally {
      run.close();
    }
    return run.results;
  }

  /**
   * Runs once, so that the first request need not wait for anything to be compiled. Given a shape, an input is fed zeros;
   * given a tensor, just that: where numbers decide shapes (how many boxes are found, say), all that such feeds lead to is
   * compiled.
   *
   * @param given A shape or a tensor where the model has one input, else shapes and tensors by name; an input without
   *   either has its declared shape, which must then have no free dimension.
   * @returns The model itself.
   * @throws (as a rejection) ShapeError where a dimension is free and no shape is given, or shapes do not fit; else as
   *   `run`. Zeros that stand for a size or an index may be refused: give a tensor.
   * @example const model = await (await loadModel('resnet18.onnx')).warmup([8, 3, 224, 224]);
   * @example await detector.warmup({ image: [1, 3, 480, 640], size: { data: new BigInt64Array([480n, 640n]), shape: [2] } });
   */
  async warmup(given?: ShapesOrFeeds): Promise<this> {
    const caller = 'model.warmup';
    const { graph, specialisations } = this.#alive(caller);
    await this.run(feedsToWarmUp(caller, graph.inputs, given, specialisations.tensorBytes));
    return this;
  }

  /**
   * What runs for these shapes, step by step, and what memory it takes; String(summary) is a table. Compiles where these
   * shapes were not seen yet on the backend that is in use.
   *
   * @param given As of `warmup`; without it the shapes that were used last.
   * @throws as `warmup` rejects
   * @example console.log(String(model.summary([1, 3, 224, 224])));
   */
  summary(given?: ShapesOrFeeds): ModelSummary {
    const caller = 'model.summary';
    const { graph, specialisations } = this.#alive(caller);
    const backend = this.#backendNow();
    const latest = given === undefined ? specialisations.latest(backend) : undefined;
    const feeds = () =>
      readFeeds(caller, graph.inputs, feedsToWarmUp(caller, graph.inputs, given, specialisations.tensorBytes));
    return summarizeStage(graph, latest ?? specialisations.first(feeds(), backend), backend);
  }

  /**
   * Runs the network on the calling thread and measures each step; String(profile) is a table.
   *
   * @param options.runs How often, after one run that is not counted; each step's time is the median. Default 10.
   * @throws as `run` rejects; ShapeError where `runs` is less than 1
   * @example console.log(String(model.profile(new Tensor(pixels, [1, 3, 224, 224]))));
   */
  profile(feeds: Feeds, options?: { readonly runs?: number | undefined }): ModelProfile {
    const caller = 'model.profile';
    const { runs } = readOptions(caller, options, ['runs']);
    return profileStages(caller, this.#alive(caller).graph, () => this.#start(caller, feeds), runs);
  }

  /** Frees the weights now rather than with the model. Runs in flight finish; later ones are refused. Idempotent. */
  dispose(): void {
    this.#parts?.specialisations.clear();
    this.#parts = undefined;
  }

  /** `using model = await loadModel(…)` disposes of it at the end of the block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  #backendNow(): Backend {
    return this.#backend ?? activeBackend();
  }

  #start(caller: string, given: Feeds): ModelRun {
    const { graph, specialisations } = this.#alive(caller);
    const feeds = readFeeds(caller, graph.inputs, given);
    const backend = this.#backendNow();
    return new ModelRun(graph, specialisations, backend, specialisations.first(feeds, backend), feeds);
  }

  /** Compiles off the event loop what is not compiled yet; where all is there, the run is there at once. */
  #startSoon(caller: string, given: Feeds, signal: AbortSignal | undefined): ModelRun | Promise<ModelRun> {
    const { graph, specialisations } = this.#alive(caller);
    const feeds = readFeeds(caller, graph.inputs, given);
    const backend = this.#backendNow();
    const known = specialisations.known(feeds, backend);
    if (known !== undefined) return new ModelRun(graph, specialisations, backend, known, feeds);
    // The caller may change its arrays as soon as `run` has returned.
    const copies = copyFeeds(feeds);
    return specialisations.firstSoon(copies, backend, signal).then((first) => {
      const run = new ModelRun(graph, specialisations, backend, first, copies);
      first.release();
      return run;
    });
  }

  /** What the model is made of. @throws NativeError where it was disposed of */
  #alive(caller: string): ModelParts {
    if (this.#parts === undefined) throw new NativeError(`${caller}: the model was disposed of`);
    return this.#parts;
  }
}

function publicValue({ name, shape, type }: OnnxValueInfo): ModelValue {
  return Object.freeze({ name, shape: shape && Object.freeze([...shape]), type });
}
