import { createRequire } from 'node:module';
import type { BinaryFormat } from '../system/binary-format.js';
import { libcHere } from '../system/libc.js';

const require = createRequire(import.meta.url);

export type Attempt = { readonly module: unknown } | { readonly error: unknown };

/** What a platform is called by: `os` and `cpu` as process.platform and process.arch have them. */
export type Platform = Pick<BinaryFormat, 'os' | 'cpu' | 'libc'>;

/**
 * A package with the addon of one platform. Each `require` has a literal path, because bundlers follow no others, in a `try`
 * around it alone: a bundler then warns of a package that is not there, where it would fail otherwise.
 */
export interface PlatformPackage extends Platform {
  readonly name: string;
  readonly manifest: () => Attempt;
  readonly addon: () => Attempt;
}

/** The list of scripts/packages/platforms.mjs; a test compares them. */
export const PLATFORM_PACKAGES: readonly PlatformPackage[] = [
  {
    name: '@convkit/linux-x64',
    os: 'linux',
    cpu: 'x64',
    libc: 'glibc',
    manifest: () => {
      try {
        return { module: require('@convkit/linux-x64/package.json') };
      } catch (error) {
        return { error };
      }
    },
    addon: () => {
      try {
        return { module: require('@convkit/linux-x64') };
      } catch (error) {
        return { error };
      }
    },
  },
  {
    name: '@convkit/linux-arm64',
    os: 'linux',
    cpu: 'arm64',
    libc: 'glibc',
    manifest: () => {
      try {
        return { module: require('@convkit/linux-arm64/package.json') };
      } catch (error) {
        return { error };
      }
    },
    addon: () => {
      try {
        return { module: require('@convkit/linux-arm64') };
      } catch (error) {
        return { error };
      }
    },
  },
  {
    name: '@convkit/linux-x64-musl',
    os: 'linux',
    cpu: 'x64',
    libc: 'musl',
    manifest: () => {
      try {
        return { module: require('@convkit/linux-x64-musl/package.json') };
      } catch (error) {
        return { error };
      }
    },
    addon: () => {
      try {
        return { module: require('@convkit/linux-x64-musl') };
      } catch (error) {
        return { error };
      }
    },
  },
  {
    name: '@convkit/linux-arm64-musl',
    os: 'linux',
    cpu: 'arm64',
    libc: 'musl',
    manifest: () => {
      try {
        return { module: require('@convkit/linux-arm64-musl/package.json') };
      } catch (error) {
        return { error };
      }
    },
    addon: () => {
      try {
        return { module: require('@convkit/linux-arm64-musl') };
      } catch (error) {
        return { error };
      }
    },
  },
  {
    name: '@convkit/darwin-arm64',
    os: 'darwin',
    cpu: 'arm64',
    manifest: () => {
      try {
        return { module: require('@convkit/darwin-arm64/package.json') };
      } catch (error) {
        return { error };
      }
    },
    addon: () => {
      try {
        return { module: require('@convkit/darwin-arm64') };
      } catch (error) {
        return { error };
      }
    },
  },
  {
    name: '@convkit/darwin-x64',
    os: 'darwin',
    cpu: 'x64',
    manifest: () => {
      try {
        return { module: require('@convkit/darwin-x64/package.json') };
      } catch (error) {
        return { error };
      }
    },
    addon: () => {
      try {
        return { module: require('@convkit/darwin-x64') };
      } catch (error) {
        return { error };
      }
    },
  },
  {
    name: '@convkit/win32-x64',
    os: 'win32',
    cpu: 'x64',
    manifest: () => {
      try {
        return { module: require('@convkit/win32-x64/package.json') };
      } catch (error) {
        return { error };
      }
    },
    addon: () => {
      try {
        return { module: require('@convkit/win32-x64') };
      } catch (error) {
        return { error };
      }
    },
  },
];

/** Those that may work here: one, none for a platform without, and both of Linux where nothing tells its C library. */
export function packagesForHere(): PlatformPackage[] {
  const libc = libcHere();
  return PLATFORM_PACKAGES.filter(
    (one) =>
      one.os === process.platform &&
      one.cpu === process.arch &&
      (libc === undefined || one.libc === undefined || one.libc === libc),
  );
}

const SYSTEMS: Readonly<Record<string, string>> = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' };

/** For people: `Linux on x64 with glibc`. */
export function describePlatform({ os, cpu, libc }: { os: string; cpu: string; libc?: string | undefined }): string {
  return `${SYSTEMS[os] ?? os} on ${cpu}${libc === undefined ? '' : ` with ${libc}`}`;
}

export function describeHere(): string {
  return describePlatform({ os: process.platform, cpu: process.arch, libc: libcHere() });
}

export function isAbsence(attempt: Attempt): boolean {
  if (!('error' in attempt)) return false;
  const code = codeOf(attempt.error);
  // The second where the program is one executable, whose `require` knows Node's own modules alone.
  return code === 'MODULE_NOT_FOUND' || code === 'ERR_UNKNOWN_BUILTIN_MODULE';
}

/** Hosts replace `require` and `process.dlopen`: what they throw need not be an Error. */
export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | null | undefined)?.code;
}
