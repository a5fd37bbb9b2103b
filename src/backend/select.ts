import { createTypeScriptBackend } from '#typescript-backend';
import { ArgumentError, UnsupportedError } from '../errors.js';
import { messageOf } from '../thrown.js';
import type { Backend } from './backend.js';
import { howToMend } from './mend.js';
import { loadNativeBackend } from './native.js';
import { type BackendChoice, readSettings, type Settings } from './settings.js';

/** The backend in use, and why it is not the native one where it is not. */
export interface Selection {
  readonly backend: Backend;
  readonly reason?: string;
}

/** A backend that was loaded, or the reason why it cannot be. Executables are cached by the object's identity. */
type Loaded = { readonly backend: Backend } | Failure;

interface Failure {
  readonly reason: string;
  readonly mend: string;
}

let nativeLoaded: Loaded | undefined;
let typescriptBackend: Backend | undefined;
let selected: Selection | undefined;
let chosenThreads: number | undefined;
let warned = false;

/** The backend that runs programs, chosen at first use from the environment. @throws as `selectBackend` does. */
export function activeBackend(): Backend {
  return activeSelection().backend;
}

/** The backend in use and the reason for it, choosing one now where none has been chosen. */
export function activeSelection(): Selection {
  if (selected === undefined) {
    const settings = readSettings();
    if (settings.requireNative && settings.backend === 'typescript') {
      throw new ArgumentError('CONVKIT_REQUIRE_NATIVE=1 contradicts CONVKIT_BACKEND=typescript: unset one of them');
    }
    selected = select(settings.backend, settings, `CONVKIT_BACKEND=${settings.backend}`);
  }
  return selected;
}

/**
 * Chooses a backend now, whatever the environment's CONVKIT_BACKEND says. Choosing TypeScript is no fallback,
 * so CONVKIT_REQUIRE_NATIVE allows it.
 *
 * @throws UnsupportedError where the native backend is asked for, or required, and cannot load; the choice
 * made before then stays.
 */
export function selectBackend(choice: BackendChoice): void {
  selected = select(choice, readSettings(), `setBackend('${choice}')`);
}

/**
 * One backend, whichever is active. @throws UnsupportedError where the native one cannot load, and says for whom.
 */
export function backendFor(choice: 'native' | 'typescript', origin: string): Backend {
  return select(choice, readSettings(), origin).backend;
}

/** Sets the number of threads of both backends, now and when one is loaded later. */
export function selectThreads(threads: number): void {
  chosenThreads = threads;
  if (nativeLoaded !== undefined && 'backend' in nativeLoaded) nativeLoaded.backend.setThreads(threads);
  typescriptBackend?.setThreads(threads);
}

function select(choice: BackendChoice, settings: Settings, origin: string): Selection {
  if (choice === 'typescript') return { backend: typescript(settings), reason: `chosen by ${origin}` };
  const native = loadNative(settings);
  if ('backend' in native) return native;
  if (choice === 'native' || settings.requireNative) {
    const asker = choice === 'native' ? origin : 'CONVKIT_REQUIRE_NATIVE=1';
    throw new UnsupportedError(
      `${asker}: the native backend cannot be loaded: ${native.reason}. To mend it: ${native.mend}`,
    );
  }
  warnOnce(native);
  return { backend: typescript(settings), reason: native.reason };
}

function loadNative(settings: Settings): Loaded {
  nativeLoaded ??= tryNative();
  if ('backend' in nativeLoaded) applyThreads(nativeLoaded.backend, settings);
  return nativeLoaded;
}

function tryNative(): Loaded {
  try {
    return { backend: loadNativeBackend() };
  } catch (error) {
    return { reason: messageOf(error), mend: howToMend(error) };
  }
}

function typescript(settings: Settings): Backend {
  typescriptBackend ??= createTypeScriptBackend();
  applyThreads(typescriptBackend, settings);
  return typescriptBackend;
}

function applyThreads(backend: Backend, settings: Settings): void {
  const threads = chosenThreads ?? settings.threads;
  if (threads !== undefined && threads !== backend.threads) backend.setThreads(threads);
}

function warnOnce({ reason, mend }: Failure): void {
  if (warned) return;
  warned = true;
  process.emitWarning(
    `convkit runs on its slower TypeScript backend because the native one cannot be loaded: ${reason}. ` +
      `To mend it: ${mend}`,
    { type: 'ConvkitWarning', code: 'CONVKIT_FALLBACK' },
  );
}
