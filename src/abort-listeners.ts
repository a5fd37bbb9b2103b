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

function listen(signal: AbortSignal): Listener {
  const callbacks = new Set<Callback>();
  const tellAll = () => {
    for (const callback of [...callbacks]) callback(signal.reason);
  };
  const remove = () => {
    signal.removeEventListener('abort', tellAll);
    listeners.delete(signal);
  };
  signal.addEventListener('abort', tellAll);
  const listener = { callbacks, remove };
  listeners.set(signal, listener);
  return listener;
}
