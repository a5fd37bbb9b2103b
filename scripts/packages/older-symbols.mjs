/**
 * What an old glibc has, judging by a newer one. Pure functions.
 *
 * @typedef {ReturnType<typeof import('./binary/elf.mjs').dynamicSymbols>[number]} DynamicSymbol
 */
import { compareVersions } from './binary/versions.mjs';
import { OLDEST_GLIBC } from './oldest-glibc.mjs';

/**
 * Of each function of a library that programs may still be linked with, the newest version that the oldest glibc has.
 *
 * @param {readonly DynamicSymbol[]} symbols
 * @returns {DynamicSymbol[]}
 */
export function olderSymbols(symbols) {
  const mine = symbols.filter(
    (one) => one.isDefined && one.isGlobal && one.version !== undefined && one.type !== 'TLS',
  );
  return mine
    .filter((one) => one.isDefault)
    .flatMap(({ name }) => {
      const versions = mine.filter((one) => one.name === name && compareVersions(one.version, OLDEST_GLIBC) <= 0);
      return versions.sort((a, b) => compareVersions(a.version, b.version)).slice(-1);
    });
}

/**
 * Those of libc that the oldest glibc has, by the library that they are in there: the libraries for threads, for dlopen and
 * others were made part of libc in version 2.34, and of them there are only names and versions left. Other libraries than
 * the one for threads are left out: what would need them is found undefined by check-binary.mjs.
 *
 * @param {readonly DynamicSymbol[]} symbols of libc
 */
export function byOldLibrary(symbols) {
  const hasMoved = new Set(
    symbols.filter((one) => one.isDefault && compareVersions(one.version, OLDEST_GLIBC) > 0).map((one) => one.name),
  );
  const old = olderSymbols(symbols);
  return {
    libc: old.filter(({ name }) => !hasMoved.has(name)),
    libpthread: old.filter(({ name }) => hasMoved.has(name) && /^_*(?:pthread|sem)_/.test(name)),
  };
}
