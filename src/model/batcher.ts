import { throwIfAborted } from '../abort.js';
import { ArgumentError, ClosedError, QueueFullError } from '../errors.js';
import { readOptions } from '../geometry/options.js';
import { readSignal } from '../ops/signal.js';
import type { AbortSignal } from '../platform.js';
import type { Tensor } from '../tensor.js';
import { describe } from '../values.js';
import { type BatchFeeds, declaredBatch, readRequest, requireShapes, type ShapedTensor } from './batch-request.js';
import { type BatchableModel, PendingRequest, type RunSettings, runTogether } from './batch-run.js';
import { WaitingLine } from './waiting-line.js';

/** How a batcher trades latency for throughput. */
export interface BatcherOptions {
  /** Images that a run takes at most; no more than the model's batch where that is fixed. Default 16. */
  readonly maxBatch?: number;
  /** How long the oldest request waits for company; with 0, requests collect only while a run is under way. Default 2. */
  readonly maxDelayMs?: number;
  /** Requests that wait at most; the next one is rejected with QueueFullError. Default 1024. */
  readonly maxQueue?: number;
  /**
   * Runs under way at a time. One run of many images keeps all threads busy, so that more than one seldom helps: the default
   * is 1. With runs of one image it is 2, so that the next one is there when one ends.
   */
  readonly concurrency?: number;
}

/** What a batcher has done so far. */
export interface BatcherStats {
  /** How often the model was run. */
  readonly runs: number;
  /** Requests that went into a run. */
  readonly requests: number;
  /** Mean number of images a run; 0 before the first. */
  readonly meanBatch: number;
}

/** setTimeout takes no longer delays. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * Gathers single requests and runs the model on many of them at a time.
 *
 * A run starts when `maxBatch` images wait, or `maxDelayMs` after the oldest request came. It takes the oldest
 * request and those of the same image shapes that follow, in their order, so that nobody is overtaken for long;
 * requests of other shapes get runs of their own. What comes meanwhile waits for the next run. A waiting request
 * keeps the process alive, an idle batcher does not.
 *
 * @example
 * const batcher = new Batcher(await loadModel('resnet18.onnx'));
 * const { logits } = await batcher.run(image); // [3, 224, 224] → [1000], and [1, 3, 224, 224] → [1, 1000]
 */
export class Batcher {
  readonly #inputs: readonly ShapedTensor[];
  readonly #limit: number;
  readonly #maxDelayMs: number;
  readonly #maxQueue: number;
  readonly #concurrency: number;
  readonly #settings: RunSettings;
  readonly #waiting = new WaitingLine<PendingRequest>();
  #waitingImages = 0;
  #running = 0;
  /** Set while a request waits for company and a run could start. */
  #timer: NodeJS.Timeout | undefined;
  #closed: Promise<void> | undefined;
  #onIdle: () => void = () => {};
  #runs = 0;
  #requests = 0;
  #images = 0;

  /**
   * @param model Its inputs and outputs have the batch as their leading axis, free or fixed. A batch of fixed size
   * is filled up with zeros.
   * @throws ArgumentError where an option is out of range; UnsupportedError where the inputs share no batch axis.
   */
  constructor(model: BatchableModel, options?: BatcherOptions) {
    const given = readOptions('Batcher', options, ['maxBatch', 'maxDelayMs', 'maxQueue', 'concurrency']);
    const maxBatch = readCount('maxBatch', given.maxBatch, 16);
    this.#inputs = requireShapes(readModel(model).inputs);
    const fixedBatch = declaredBatch(this.#inputs);
    this.#limit = Math.min(maxBatch, fixedBatch ?? maxBatch);
    this.#maxDelayMs = readDelay(given.maxDelayMs);
    this.#maxQueue = readCount('maxQueue', given.maxQueue, 1024);
    this.#concurrency = readCount('concurrency', given.concurrency, this.#limit === 1 ? 2 : 1);
    const onRun = (images: number) => {
      this.#runs++;
      this.#images += images;
    };
    this.#settings = { model, fixedBatch, onRun };
  }

  /** Requests that wait, without those in a run. */
  get size(): number {
    return this.#waiting.size;
  }

  /** What it has done since it was made. */
  get stats(): BatcherStats {
    const meanBatch = this.#runs === 0 ? 0 : this.#images / this.#runs;
    return { runs: this.#runs, requests: this.#requests, meanBatch };
  }

  /**
   * Resolves to what `model.run` gives for `x` alone, in tensors of its own.
   *
   * @param x As `model.run` takes it: one image or a few, or one image without the batch axis, and then the results
   * have none either. It is copied before `run` returns, so the caller may write into it at once.
   * @param options.signal Aborting it rejects the promise with its reason; other requests are not affected.
   * @throws QueueFullError where `maxQueue` requests wait; ClosedError after `close()`; ArgumentError or ShapeError
   * where `x` is not what the model's inputs declare. All of them reject the promise.
   */
  async run(x: BatchFeeds, options?: { readonly signal?: AbortSignal | undefined }): Promise<Record<string, Tensor>> {
    const signal = readSignal('batcher.run', readOptions('batcher.run', options, ['signal']).signal);
    throwIfAborted(signal);
    if (this.#closed !== undefined) throw new ClosedError('batcher.run: the batcher is closed and takes no requests');
    if (this.#waiting.size >= this.#maxQueue) {
      throw new QueueFullError(
        `batcher.run: the queue is full, ${this.#maxQueue} requests wait (maxQueue); ` +
          'try again later, send fewer requests at a time, or raise maxQueue',
      );
    }
    const pending = new PendingRequest(readRequest(this.#inputs, x, this.#limit), signal);
    const leave = this.#waiting.add(pending);
    pending.onAbort = () => {
      leave();
      this.#waitingImages -= pending.request.count;
      this.#schedule();
    };
    this.#waitingImages += pending.request.count;
    this.#schedule();
    return pending.results;
  }

  /** Takes no more requests, runs those that wait without delay, and resolves when no run is under way. */
  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      this.#onIdle = resolve;
    });
    this.#schedule();
    return this.#closed;
  }

  /** The same as `close()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Starts what can start, and leaves a timer where something waits for company. */
  #schedule(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#couldStart() && this.#delay() <= 0) this.#start();
    if (this.#couldStart()) {
      this.#timer = setTimeout(() => {
        this.#start(); // whatever the clock says: timers may fire a fraction of a millisecond early
        this.#schedule();
      }, Math.ceil(this.#delay())); // a timer drops fractions
    }
    if (this.#closed !== undefined && this.#running === 0 && this.#waiting.size === 0) this.#onIdle();
  }

  #couldStart(): boolean {
    return this.#waiting.size > 0 && this.#running < this.#concurrency;
  }

  /** Milliseconds that the oldest request has to wait for company still. */
  #delay(): number {
    const full = this.#waitingImages >= this.#limit || this.#waiting.size >= this.#maxQueue;
    if (full || this.#closed !== undefined) return 0;
    const arrived = this.#waiting.first?.arrived ?? Number.NEGATIVE_INFINITY;
    return arrived + this.#maxDelayMs - performance.now();
  }

  #start(): void {
    const members = this.#take();
    this.#requests += members.length;
    this.#running++;
    // A turn of the event loop later, callers that wait for one result before the next request are in the queue again:
    // 16 of them then share runs of 16, where they would else split into two groups of 8 that take turns.
    const freeSlot = () => {
      this.#running--;
      this.#schedule();
    };
    void runTogether(members, this.#settings).then(() => setImmediate(freeSlot));
  }

  /** Removes the oldest request from the queue, and those like it that fit into a run together with it. */
  #take(): PendingRequest[] {
    const key = this.#waiting.first?.request.key;
    const taken: PendingRequest[] = [];
    let images = 0;
    for (const { value: pending, leave } of this.#waiting) {
      if (pending.request.key !== key) continue;
      // One that does not fit ends the run: a smaller one behind it would overtake it.
      if (images + pending.request.count > this.#limit) break;
      images += pending.request.count;
      taken.push(pending);
      leave();
      if (images === this.#limit) break;
    }
    this.#waitingImages -= images;
    return taken;
  }
}

function readModel(model: BatchableModel): BatchableModel {
  if (typeof model?.run === 'function' && Array.isArray(model.inputs) && model.inputs.length > 0) return model;
  throw new ArgumentError(`Batcher: model must be a model with inputs, as loadModel gives, but got ${describe(model)}`);
}

function readCount(name: string, value: unknown, fallback: number): number {
  if (value === undefined) return fallback;
  if (Number.isSafeInteger(value) && (value as number) >= 1) return value as number;
  throw new ArgumentError(`Batcher: ${name} must be a positive integer, but got ${describe(value)}`);
}

function readDelay(value: unknown): number {
  if (value === undefined) return 2;
  if (typeof value === 'number' && value >= 0 && value <= MAX_DELAY_MS) return value;
  throw new ArgumentError(`Batcher: maxDelayMs must be 0 to ${MAX_DELAY_MS} milliseconds, but got ${describe(value)}`);
}
