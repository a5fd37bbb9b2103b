import { createRequire } from 'node:module';
import type { Addon } from '../../binding.js';
import { absentAddon } from './absent-addon.js';
import { AddonFailure } from './addon-failure.js';
import { anotherCopy, brokenAddon, type FoundAddon } from './broken-addon.js';
import { type Manifest, ownManifest } from './own-package.js';
import { findProject } from './package-manager.js';
import { type Attempt, isAbsence, type PlatformPackage, packagesForHere } from './platform-packages.js';
import { schemaHash } from './schema.js';

const require = createRequire(import.meta.url);

const LOCAL_BUILD = 'build/Release/convkit.node';

/** A literal path, in a `try` around it alone: see `PlatformPackage`. */
function requireLocalBuild(): Attempt {
  try {
    return { module: require('../../build/Release/convkit.node') };
  } catch (error) {
    return { error };
  }
}

/**
 * The native addon: a local build, which only a clone has, else the package of this platform.
 *
 * @throws AddonFailure with the reason why there is none.
 */
export function requireAddon(): Addon {
  const local = requireLocalBuild();
  if (!isAbsence(local)) {
    return checked({ name: LOCAL_BUILD, file: resolve(`../../${LOCAL_BUILD}`), isLocalBuild: true }, local);
  }
  let failure: AddonFailure | undefined;
  for (const candidate of packagesForHere()) {
    try {
      const addon = requirePackage(candidate);
      if (addon !== undefined) return addon;
    } catch (error) {
      if (!(error instanceof AddonFailure)) throw error;
      failure ??= error;
    }
  }
  if (failure !== undefined) throw failure;
  const beside = requireHere('./convkit.node');
  if (isAbsence(beside)) throw absentAddon();
  return checked({ name: 'convkit.node beside the program', file: undefined, isLocalBuild: false }, beside);
}

/** What `requireAddon` takes, whether or not it then loads. */
export interface AddonFile {
  readonly path: string;
  /** Of the package that it is in; undefined for a local build. */
  readonly version?: string;
}

/** Undefined where there is none. */
export function addonFile(): AddonFile | undefined {
  const local = resolve(`../../${LOCAL_BUILD}`);
  if (local !== undefined) return { path: local };
  for (const { name, manifest } of packagesForHere()) {
    const path = resolve(name);
    if (path === undefined) continue;
    const version = versionIn(manifest());
    return version === undefined ? { path } : { path, version };
  }
  return undefined;
}

function resolve(specifier: string): string | undefined {
  try {
    return require.resolve(specifier);
  } catch {
    return undefined;
  }
}

/** Undefined where the package is not there at all; one that is there must work. */
function requirePackage({ name, manifest, addon }: PlatformPackage): Addon | undefined {
  const described = orFromHere(manifest(), `${name}/package.json`);
  if (isAbsence(described)) return undefined;
  const found = { name, file: resolve(name), isLocalBuild: false };
  if ('error' in described) throw brokenAddon(found, described.error);
  checkVersion(name, versionIn(described));
  return checked(found, orFromHere(addon(), name));
}

/** By a way that no bundler follows: from where the program lies, a bundle or this package. */
function requireHere(specifier: string): Attempt {
  try {
    return { module: require(specifier) };
  } catch (error) {
    return { error };
  }
}

/** What a bundler left as it was, or replaced by an error of its own: a module in a bundle has no `require`. */
function orFromHere(found: Attempt, specifier: string): Attempt {
  if ('module' in found) return found;
  const { code } = found.error as NodeJS.ErrnoException;
  return code === undefined || isAbsence(found) ? requireHere(specifier) : found;
}

function versionIn(manifest: Attempt): string | undefined {
  return 'module' in manifest ? (manifest.module as Manifest | null)?.version : undefined;
}

/** Before the addon is loaded, because what was loaded stays. In a bundle nothing tells which version convkit has. */
function checkVersion(name: string, version: string | undefined): void {
  const own = ownManifest()?.version;
  if (own === undefined || own === version) return;
  const { addOptional } = findProject().manager;
  throw new AddonFailure(
    `${name} is of version ${version ?? 'unknown'}, and convkit of version ${own}`,
    `${addOptional} ${name}@${own}`,
  );
}

function checked(found: FoundAddon, loaded: Attempt): Addon {
  if ('error' in loaded) throw brokenAddon(found, loaded.error);
  if (isAddon(loaded.module)) return loaded.module;
  const hash = (loaded.module as Partial<Addon> | null)?.schema ?? 'no hash';
  throw new AddonFailure(
    `${found.name} is of another version of convkit: its steps have ${hash}, those of these files ${schemaHash()}`,
    anotherCopy(found),
  );
}

/** What is of one version has all functions, too. */
function isAddon(loaded: unknown): loaded is Addon {
  return (loaded as Partial<Addon> | null)?.schema === schemaHash();
}
