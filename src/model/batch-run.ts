import { onAbort } from '../abort.js';
import { NativeError } from '../errors.js';
import type { AbortSignal } from '../platform.js';
import type { Tensor, TensorLike } from '../tensor.js';
import { countImages, join, split, UnbatchableError } from './batch.js';
import type { BatchRequest, DeclaredTensor } from './batch-request.js';

/** What batching needs of a model. */
export interface BatchableModel {
  /** What it takes; the first axis of each is the batch. */
  readonly inputs: readonly DeclaredTensor[];
  /** What it gives; the first axis of each is the batch. */
  readonly outputs: readonly DeclaredTensor[];
  /** Runs many images at once, off the event loop. */
  run(
    feeds: Record<string, TensorLike>,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<Record<string, Tensor>>;
}

/** A request whose caller waits for its results, until it is settled. */
export class PendingRequest {
  readonly request: BatchRequest;
  readonly results: Promise<Record<string, Tensor>>;
  /** When the request came, on performance.now()'s clock. */
  readonly arrived = performance.now();
  /** Called after the caller's signal has rejected the request. */
  onAbort: (reason: unknown) => void = () => {};
  readonly #forgetSignal: (() => void) | undefined;
  #settled = false;
  #resolve!: (results: Record<string, Tensor>) => void;
  #reject!: (reason: unknown) => void;

  constructor(request: BatchRequest, signal: AbortSignal | undefined) {
    this.request = request;
    this.results = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#forgetSignal =
      signal &&
      onAbort(signal, (reason) => {
        this.reject(reason);
        this.onAbort(reason);
      });
  }

  get settled(): boolean {
    return this.#settled;
  }

  resolve(results: Record<string, Tensor>): void {
    this.#settle();
    this.#resolve(results);
  }

  reject(reason: unknown): void {
    this.#settle();
    this.#reject(reason);
  }

  /** A signal may outlive many requests and would keep the images of all of them. */
  #settle(): void {
    this.#settled = true;
    this.#forgetSignal?.();
  }
}

/** How batches are run. */
export interface RunSettings {
  readonly model: BatchableModel;
  /** The batch size that the model insists on; smaller batches are filled up with zeros. */
  readonly fixedBatch: number | undefined;
  /** Called with the number of a batch's images before the model is run. */
  readonly onRun: (images: number) => void;
}

/** Runs requests of one key as one batch and settles them; never rejects. */
export async function runTogether(members: readonly PendingRequest[], settings: RunSettings): Promise<void> {
  const { model, fixedBatch, onRun } = settings;
  const requests = members.map(({ request }) => request);
  const images = countImages(requests);
  const size = fixedBatch ?? images;
  try {
    const feeds = join(requests, size);
    onRun(images);
    const outputs = await model.run(feeds, { signal: abortedByAll(members) });
    const parts = split(outputs, requests, size);
    for (const [i, member] of members.entries()) member.resolve(parts[i]);
  } catch (error) {
    if (members.length > 1 && mayBeOfOne(error)) return runApart(members, settings);
    for (const member of members) member.reject(error);
  }
}

/**
 * Whether an error may be the fault of one request, or of so many at once. Not where the model cannot be batched at all, nor
 * where the library itself failed: but memory that a batch does not find may well be there for one request.
 */
function mayBeOfOne(error: unknown): boolean {
  if (error instanceof NativeError) return error.message.includes('out of memory');
  return !(error instanceof UnbatchableError);
}

/** Each is tried by itself, in order: at most one run more for each, whatever they cause. */
async function runApart(members: readonly PendingRequest[], settings: RunSettings): Promise<void> {
  for (const member of members) {
    if (!member.settled) await runTogether([member], settings);
  }
}

/** A run goes on while anybody waits for its results; the last one who leaves stops it. */
function abortedByAll(members: readonly PendingRequest[]): AbortSignal {
  const controller = new AbortController();
  const onAbort = (reason: unknown) => {
    if (members.every(({ settled }) => settled)) controller.abort(reason);
  };
  for (const member of members) member.onAbort = onAbort;
  return controller.signal;
}
