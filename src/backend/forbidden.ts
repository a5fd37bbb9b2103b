import { isError } from '../thrown.js';
import { outermostModules } from './package-manager.js';

/** What has to be allowed, where a flag of the runtime forbids addons, or may hide them; undefined where none does. */
export function whatToAllow(error?: unknown): string | undefined {
  const words = wordsOf(error);
  if (process.versions.deno !== undefined) {
    return words.includes('--allow-ffi') ? 'start Deno with --allow-ffi' : undefined;
  }
  const flags = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(/\s+/)];
  if (flags.includes('--no-addons')) return 'start Node without --no-addons';
  // Only where the permission model is on is there such a property; what may not be read, looks as if it were not there.
  if ('permission' in process && process.permission !== undefined) {
    return `start Node with --allow-addons, and with --allow-fs-read=${outermostModules()} where it may not read that`;
  }
  return words.includes('ERR_DLOPEN_DISABLED') ? 'allow Node to load addons' : undefined;
}

function wordsOf(error: unknown): string {
  if (!isError(error)) return String(error);
  return `${(error as NodeJS.ErrnoException).code ?? ''} ${error.message}`;
}
