import type { AbortSignal } from './platform.js';

type Callback = (reason: unknown) => void;

/** The one listener that this module has on a signal, and whom it tells. */
interface Listener {
  readonly callbacks: Set<Callback>;
  readonly remove: () => void;
}

const listeners = new WeakMap<AbortSignal, Listener>();

/**
 * Calls `callback` with the reason when `signal` is aborted; the function that it returns takes that back.
 * However many ask, the signal gets one listener: Node warns of a leak at the eleventh, and a server's shutdown
 * signal may well be given to hundreds of requests.
 */
export function onAbort(signal: AbortSignal, callback: Callback): () => void {
  const { callbacks, remove } = listeners.get(signal) ?? listen(signal);
  callbacks.add(callback);
  return () => {
    if (callbacks.delete(callback) && callbacks.size === 0) remove();
  };
}

/** @throws the signal's reason where it is aborted */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw reasonOf(signal);
}

/** Signals of older platforms, and some that stand in for them, give no reason. */
function reasonOf({ reason }: AbortSignal): unknown {
  return reason === undefined ? new DOMException('This operation was aborted', 'AbortError') : reason;
}

function listen(signal: AbortSignal): Listener {
  const callbacks = new Set<Callback>();
  const remove = () => {
    signal.removeEventListener('abort', tellAll);
    listeners.delete(signal);
  };
  const tellAll = () => {
    const told = [...callbacks];
    const reason = reasonOf(signal);
    callbacks.clear();
    remove();
    for (const callback of told) callback(reason);
  };
  signal.addEventListener('abort', tellAll);
  const listener = { callbacks, remove };
  listeners.set(signal, listener);
  return listener;
}
