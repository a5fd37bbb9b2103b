import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';
import { createTypeScriptBackend } from '#typescript-backend';
import { ArgumentError, UnsupportedError } from '../errors.js';
import { AddonFailure } from './addon-failure.js';
import type { Backend } from './backend.js';
import { loadNativeBackend } from './native.js';
import { type BackendChoice, readSettings, type Settings } from './settings.js';

/** The backend in use, and why it is not the native one where it is not. */
export interface Selection {
  readonly backend: Backend;
  readonly reason?: string;
}

/** A backend that was loaded, or why it cannot be. Executables are cached by the object's identity. */
type Loaded = { readonly backend: Backend } | { readonly failure: AddonFailure };

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
  const { failure } = native;
  if (choice === 'native' || settings.requireNative) {
    const asker = choice === 'native' ? origin : 'CONVKIT_REQUIRE_NATIVE=1';
    const cause = failure.cause === undefined ? {} : { cause: failure.cause };
    throw new UnsupportedError(`${asker}: the native backend cannot be loaded: ${failure.explanation}`, cause);
  }
  warnOnce(failure);
  return { backend: typescript(settings), reason: failure.reason };
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
    if (error instanceof AddonFailure) return { failure: error };
    const mend = 'report it; CONVKIT_BACKEND=typescript does without the addon';
    return { failure: new AddonFailure('the addon cannot be started', mend, error) };
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

/** What was warned of, for the threads that this one starts later: they need not say it again. */
const WARNED = 'convkit: warned of';

function warnOnce({ explanation }: AddonFailure): void {
  if (warned) return;
  warned = true;
  if (getEnvironmentData(WARNED) === explanation) return;
  setEnvironmentData(WARNED, explanation);
  process.emitWarning(
    `convkit runs on its slower TypeScript backend because the native one cannot be loaded: ${explanation}`,
    { type: 'ConvkitWarning', code: 'CONVKIT_FALLBACK' },
  );
}
