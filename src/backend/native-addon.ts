import { createRequire } from 'node:module';
import type { Addon } from '../../binding.js';
import { isError } from '../thrown.js';
import { schemaHash } from './schema.js';

const require = createRequire(import.meta.url);

/**
 * Where an addon may be. Each `load` is a literal path, because bundlers follow no others, in a `try` around it alone: a
 * bundler then warns of a file that is not there, where it would fail otherwise.
 */
interface Candidate {
  readonly name: string;
  readonly load: () => { readonly module: unknown } | { readonly error: unknown };
}

const PLATFORM = `${process.platform}-${process.arch}`;

const LOCAL_BUILD: Candidate = {
  name: 'build/Release/convkit.node',
  load: () => {
    try {
      return { module: require('../../build/Release/convkit.node') };
    } catch (error) {
      return { error };
    }
  },
};

const PLATFORM_PACKAGES: Readonly<Record<string, Candidate>> = {
  'linux-x64': {
    name: '@convkit/linux-x64',
    load: () => {
      try {
        return { module: require('@convkit/linux-x64') };
      } catch (error) {
        return { error };
      }
    },
  },
  'linux-arm64': {
    name: '@convkit/linux-arm64',
    load: () => {
      try {
        return { module: require('@convkit/linux-arm64') };
      } catch (error) {
        return { error };
      }
    },
  },
  'darwin-x64': {
    name: '@convkit/darwin-x64',
    load: () => {
      try {
        return { module: require('@convkit/darwin-x64') };
      } catch (error) {
        return { error };
      }
    },
  },
  'darwin-arm64': {
    name: '@convkit/darwin-arm64',
    load: () => {
      try {
        return { module: require('@convkit/darwin-arm64') };
      } catch (error) {
        return { error };
      }
    },
  },
  'win32-x64': {
    name: '@convkit/win32-x64',
    load: () => {
      try {
        return { module: require('@convkit/win32-x64') };
      } catch (error) {
        return { error };
      }
    },
  },
  'win32-arm64': {
    name: '@convkit/win32-arm64',
    load: () => {
      try {
        return { module: require('@convkit/win32-arm64') };
      } catch (error) {
        return { error };
      }
    },
  },
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
  const loaded = load();
  if ('error' in loaded) {
    const { error } = loaded;
    if (isAbsence(error)) return undefined;
    throw new Error(`${name} failed to load: ${messageOf(error)}`, { cause: error });
  }
  if (isAddon(loaded.module)) return loaded.module;
  const hash = (loaded.module as Partial<Addon> | null)?.schema ?? 'no hash';
  throw new Error(
    `${name} is of another version of convkit: its steps have ${hash}, those of these files ${schemaHash()}`,
  );
}

/** What it says becomes part of a sentence. */
function messageOf(error: unknown): string {
  return (isError(error) ? error.message : String(error)).replace(/\.$/, '');
}

function isAbsence(error: unknown): boolean {
  return isError(error) && 'code' in error && error.code === 'MODULE_NOT_FOUND';
}

/** What is of one version has all functions, too. */
function isAddon(loaded: unknown): loaded is Addon {
  return (loaded as Partial<Addon> | null)?.schema === schemaHash();
}
