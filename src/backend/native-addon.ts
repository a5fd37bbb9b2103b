import { createRequire } from 'node:module';
import type { Addon } from '../../binding.js';
import { schemaHash } from './schema.js';

const require = createRequire(import.meta.url);

/** Where an addon may be: a literal path each, because bundlers follow no others. */
interface Candidate {
  readonly name: string;
  readonly load: () => unknown;
}

const PLATFORM = `${process.platform}-${process.arch}`;

const LOCAL_BUILD: Candidate = {
  name: 'build/Release/convkit.node',
  load: () => require('../../build/Release/convkit.node'),
};

const PLATFORM_PACKAGES: Readonly<Record<string, Candidate>> = {
  'linux-x64': { name: '@convkit/linux-x64', load: () => require('@convkit/linux-x64') },
  'linux-arm64': { name: '@convkit/linux-arm64', load: () => require('@convkit/linux-arm64') },
  'darwin-x64': { name: '@convkit/darwin-x64', load: () => require('@convkit/darwin-x64') },
  'darwin-arm64': { name: '@convkit/darwin-arm64', load: () => require('@convkit/darwin-arm64') },
  'win32-x64': { name: '@convkit/win32-x64', load: () => require('@convkit/win32-x64') },
  'win32-arm64': { name: '@convkit/win32-arm64', load: () => require('@convkit/win32-arm64') },
};

/**
 * The native addon: a local build, else the package of this platform.
 *
 * @throws Error whose message is the reason why there is none.
 */
export function requireAddon(): Addon {
  const platformPackage = PLATFORM_PACKAGES[PLATFORM];
  const candidates = platformPackage === undefined ? [LOCAL_BUILD] : [LOCAL_BUILD, platformPackage];
  for (const candidate of candidates) {
    const addon = tryCandidate(candidate);
    if (addon !== undefined) return addon;
  }
  throw new Error(
    platformPackage === undefined
      ? `there is no prebuilt addon for ${PLATFORM}, and ${LOCAL_BUILD.name} is not built`
      : `${platformPackage.name} is not installed, and ${LOCAL_BUILD.name} is not built`,
  );
}

/** The file that `requireAddon` takes, whether or not it then loads; undefined where there is none. */
export function addonFile(): string | undefined {
  for (const specifier of ['../../build/Release/convkit.node', PLATFORM_PACKAGES[PLATFORM]?.name]) {
    try {
      if (specifier !== undefined) return require.resolve(specifier);
    } catch {
      // Not there: the next one is what `requireAddon` would try.
    }
  }
  return undefined;
}

/** Undefined where the candidate is not there at all; one that is there must work. */
function tryCandidate({ name, load }: Candidate): Addon | undefined {
  let loaded: unknown;
  try {
    loaded = load();
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw new Error(`${name} failed to load: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
  if (isAddon(loaded)) return loaded;
  const hash = (loaded as Partial<Addon> | null)?.schema ?? 'no hash';
  throw new Error(
    `${name} is of another version of convkit: its steps have ${hash}, those of these files ${schemaHash()}`,
  );
}

function isAbsence(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND';
}

/** What is of one version has all functions, too. */
function isAddon(loaded: unknown): loaded is Addon {
  return (loaded as Partial<Addon> | null)?.schema === schemaHash();
}
