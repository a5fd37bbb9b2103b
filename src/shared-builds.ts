import { onAbort } from './abort.js';
import type { AbortSignal } from './platform.js';

/** What lives while somebody holds it. */
export interface Held {
  hold(): void;
  release(): void;
}

interface Waiter<Built> {
  resolve(built: Built): void;
  reject(error: unknown): void;
}

interface Build<Built> {
  readonly waiters: Set<Waiter<Built>>;
  readonly controller: AbortController;
}

/** Things that take a while to build, each built once for all who ask for it meanwhile, and no longer than any of them waits. */
export class SharedBuilds<Built extends Held> {
  readonly #builds = new Map<string, Build<Built>>();

  /**
   * What is being built under `key`, held once for the caller.
   *
   * @param build Starts where nobody has asked yet. The one who gets the result is its first holder.
   * @param keep Called with the result before anybody gets it, unless nobody waits for it any more.
   * @throws (as a rejection) what `build` throws; `signal.reason` as soon as it aborts
   */
  join(
    key: string,
    signal: AbortSignal | undefined,
    build: (signal: AbortSignal) => Promise<Built>,
    keep: (built: Built) => void,
  ): Promise<Built> {
    const shared = this.#builds.get(key) ?? this.#start(key, build, keep);
    return new Promise((resolve, reject) => {
      const waiter: Waiter<Built> = {
        resolve: (built) => {
          forget?.();
          built.hold();
          resolve(built);
        },
        reject: (error) => {
          forget?.();
          reject(error);
        },
      };
      shared.waiters.add(waiter);
      const leave = (reason: unknown) => {
        shared.waiters.delete(waiter);
        waiter.reject(reason);
        if (shared.waiters.size > 0) return;
        this.#forget(key, shared);
        shared.controller.abort(reason);
      };
      const forget = signal && onAbort(signal, leave);
    });
  }

  #start(key: string, build: (signal: AbortSignal) => Promise<Built>, keep: (built: Built) => void): Build<Built> {
    const shared: Build<Built> = { waiters: new Set(), controller: new AbortController() };
    this.#builds.set(key, shared);
    const settle = (tell: (waiter: Waiter<Built>) => void) => {
      this.#forget(key, shared);
      for (const waiter of shared.waiters) tell(waiter);
    };
    build(shared.controller.signal).then(
      (built) => {
        if (shared.waiters.size > 0) keep(built);
        settle((waiter) => waiter.resolve(built));
        built.release();
      },
      (error) => settle((waiter) => waiter.reject(error)),
    );
    return shared;
  }

  /** Who asks next may want one that goes on. */
  #forget(key: string, shared: Build<Built>): void {
    if (this.#builds.get(key) === shared) this.#builds.delete(key);
  }
}
