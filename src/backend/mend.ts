import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isError } from '../thrown.js';

/** What to do about a native backend that did not load with `cause`: a command, or a few words for people. */
export function howToMend(cause: unknown): string {
  return forbidden(cause) ?? absent();
}

/** What has to be allowed, where a flag of the runtime forbids addons. */
function forbidden(cause: unknown): string | undefined {
  if (process.versions.deno !== undefined) {
    return wordsOf(cause).includes('--allow-ffi') ? 'start Deno with --allow-ffi' : undefined;
  }
  const flags = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(/\s+/)];
  if (flags.includes('--no-addons')) return 'start Node without --no-addons';
  // Only where the permission model is on is there such a property; what may not be read, looks as if it were not there.
  if ('permission' in process && process.permission !== undefined) {
    return `start Node with --allow-addons, and with --allow-fs-read=${join(ownFolder(), '..', '..')} where it may not read that`;
  }
  return wordsOf(cause).includes('ERR_DLOPEN_DISABLED') ? 'allow Node to load addons' : undefined;
}

/** A package under node_modules was installed; anything else of this name is a clone, which can compile its own addon. */
function absent(): string {
  if (!isOwnPackage()) return 'keep convkit out of the bundle, as an external package (docs/deploying.md shows how)';
  return /[\\/]node_modules[\\/]/.test(ownFolder())
    ? 'clone convkit, run `npm ci` in the clone, then `npm install PATH_OF_THE_CLONE` here: no prebuilt addon is published yet'
    : 'npm run build:native';
}

/** Of the files that are published, and of the modules that they are made of, two levels below the package. */
function ownFolder(): string {
  return dirname(fileURLToPath(import.meta.url));
}

/** Not so where a bundler has put this module into a file of the program's. */
function isOwnPackage(): boolean {
  try {
    return JSON.parse(readFileSync(join(ownFolder(), '..', '..', 'package.json'), 'utf8')).name === 'convkit';
  } catch {
    // A package that may not be read is none that was bundled.
    return /[\\/]convkit[\\/]dist[\\/]/.test(import.meta.url);
  }
}

/** Code and message of an error and of what caused it. */
function wordsOf(error: unknown): string {
  if (!isError(error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  return `${code ?? ''} ${error.message} ${error.cause === undefined ? '' : wordsOf(error.cause)}`;
}
