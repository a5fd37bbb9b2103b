import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What package.json says, as far as the loader asks. */
export interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** The package's folder: modules and the files that are published lie two levels below it. */
export function ownRoot(): string {
  return join(dirname(fileURLToPath(import.meta.url)), '..', '..');
}

/** Undefined where a bundler has put this module into a file of the program's, and where it may not be read. */
export function ownManifest(): Manifest | undefined {
  try {
    const manifest = JSON.parse(readFileSync(join(ownRoot(), 'package.json'), 'utf8')) as Manifest;
    return manifest.name === 'convkit' ? manifest : undefined;
  } catch {
    return undefined;
  }
}

/** Whether this module is a file of the package's own. */
export function isOwnPackage(): boolean {
  // A package that may not be read is none that was bundled.
  return ownManifest() !== undefined || /[\\/]convkit[\\/]dist[\\/]/.test(import.meta.url);
}

/**
 * What kind of package this is: `published` asks for the platforms' packages, a `clone` can compile its own addon, and one
 * made of a clone's files by `npm pack` or from git can do neither.
 */
export function kindOfPackage(): 'published' | 'clone' | 'made of a clone' | 'bundled' {
  if (!isOwnPackage()) return 'bundled';
  const manifest = ownManifest();
  // Where nothing may be read, it is what most people have.
  if (manifest === undefined) return 'published';
  if (Object.keys(manifest.optionalDependencies ?? {}).some((name) => name.startsWith('@convkit/'))) return 'published';
  return /[\\/]node_modules[\\/]/.test(ownRoot()) ? 'made of a clone' : 'clone';
}
