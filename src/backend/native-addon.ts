import { dirname, join } from 'node:path';
import type { Addon } from '../../binding.js';
import { isTruncatedFile } from '../system/binary-format.js';
import { describeSpecialFile } from '../system/file-start.js';
import { absentAddon } from './absent-addon.js';
import { AddonFailure } from './addon-failure.js';
import { anotherCopy, brokenAddon, brokenManifest, type FoundAddon } from './broken-addon.js';
import { isOwnPackage, type Manifest, ownManifest } from './own-package.js';
import { findProject } from './package-manager.js';
import { type Attempt, codeOf, isAbsence, type PlatformPackage, packagesForHere } from './platform-packages.js';
import { requireHere, resolveHere } from './require-here.js';
import { schemaHash } from './schema.js';

const LOCAL_BUILD = 'build/Release/convkit.node';

/** Where somebody copied it who bundles a program. */
const BESIDE = './convkit.node';

/**
 * The native addon: a local build, which only a clone has, else the package of this platform.
 *
 * @throws AddonFailure with the reason why there is none.
 */
export function requireAddon(): Addon {
  const file = localBuild();
  if (file !== undefined) {
    const local = { name: LOCAL_BUILD, file, from: 'local build' } as const;
    return checked(
      local,
      attempt(local, () => requireHere(file)),
    );
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
  const beside = { name: 'convkit.node beside the program', file: resolveHere(BESIDE), from: 'program' } as const;
  const copied = attempt(beside, () => requireHere(BESIDE));
  if (isAbsence(copied)) throw absentAddon();
  return checked(beside, copied);
}

/** Undefined where there is none, and in a bundle: what lies beside that is the program's. */
function localBuild(): string | undefined {
  return isOwnPackage() ? resolveHere(`../../${LOCAL_BUILD}`) : undefined;
}

/** What `requireAddon` takes, whether or not it then loads. */
export interface AddonFile {
  readonly path: string;
  /** Of the package that it is in; undefined for a local build. */
  readonly version?: string;
}

/** Undefined where there is none. */
export function addonFile(): AddonFile | undefined {
  const local = localBuild();
  if (local !== undefined) return { path: local };
  for (const { name, manifest } of packagesForHere()) {
    const path = resolveHere(name);
    if (path === undefined) continue;
    const version = versionIn(manifest());
    return version === undefined ? { path } : { path, version };
  }
  return undefined;
}

/** Undefined where the package is not there at all; one that is there must work. */
function requirePackage({ name, manifest, addon }: PlatformPackage): Addon | undefined {
  const described = orFromHere(manifest(), `${name}/package.json`);
  if (isAbsence(described)) return undefined;
  const found = { name, file: resolveHere(name) ?? besideManifest(name), from: 'package' } as const;
  if ('error' in described) throw brokenManifest(found, described.error);
  checkVersion(name, versionIn(described));
  return checked(
    found,
    attempt(found, () => orFromHere(addon(), name)),
  );
}

/** Where the file ought to be that is not there. */
function besideManifest(name: string): string | undefined {
  const manifest = resolveHere(`${name}/package.json`);
  return manifest === undefined ? undefined : join(dirname(manifest), 'convkit.node');
}

/** @throws AddonFailure for a file that would take the process along, or stop it for ever, as a pipe without a writer. */
function attempt(found: FoundAddon, load: () => Attempt): Attempt {
  const { file } = found;
  if (file !== undefined && (describeSpecialFile(file) !== undefined || isTruncatedFile(file)))
    throw brokenAddon(found);
  return load();
}

/** What a bundler left as it was, or replaced by an error of its own: a module in a bundle has no `require`. */
function orFromHere(found: Attempt, specifier: string): Attempt {
  if ('module' in found) return found;
  const code = codeOf(found.error);
  return code === undefined || isAbsence(found) ? requireHere(specifier) : found;
}

function versionIn(manifest: Attempt): string | undefined {
  const version = 'module' in manifest ? (manifest.module as Manifest | null)?.version : undefined;
  return /^[\w.+-]+$/.test(version ?? '') ? version : undefined;
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
