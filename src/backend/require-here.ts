import { createRequire } from 'node:module';
import type { Attempt } from './platform-packages.js';

/** From where this file lies, or the program that it was bundled into, and in a way that no bundler follows. */
const require = createRequire(import.meta.url);

export function requireHere(specifier: string): Attempt {
  try {
    return { module: require(specifier) };
  } catch (error) {
    return { error };
  }
}

/** The file that `requireHere` would load; undefined where there is none. */
export function resolveHere(specifier: string): string | undefined {
  try {
    return require.resolve(specifier);
  } catch {
    return undefined;
  }
}
