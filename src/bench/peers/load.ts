import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Of the working directory first: peers belong to whoever measures. Then what lies beside this package. */
const PLACES = [createRequire(join(process.cwd(), 'package.json')), createRequire(import.meta.url)];

/** What a package exports, with its version. */
export interface Loaded {
  readonly version: string;
  readonly module: unknown;
}

/** @throws Error that names the package, where it is not installed or does not load */
export function loadPackage(name: string): Loaded {
  const place = PLACES.find((require) => has(require, name));
  if (place === undefined) throw new Error(`${name} is not installed`);
  try {
    return { module: place(name), version: versionOf(place, name) };
  } catch (cause) {
    throw new Error(`${name} does not load: ${(cause as Error).message}`, { cause });
  }
}

function has(require: NodeJS.Require, name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}

function versionOf(require: NodeJS.Require, name: string): string {
  return (require(`${name}/package.json`) as { version: string }).version;
}
