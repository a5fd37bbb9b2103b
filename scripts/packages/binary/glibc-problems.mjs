/** Rules for Linux with glibc: it has to load with glibc 2.28, and that alone. */
import { OLDEST_GLIBC } from '../oldest-glibc.mjs';
import { isNodeApi } from './node-api.mjs';
import { some } from './some.mjs';
import { compareVersions } from './versions.mjs';

/** Parts of glibc, under the names that versions 2.28 to today's give them. */
const LIBRARIES = /^(?:libc\.so\.6|libm\.so\.6|libpthread\.so\.0|libdl\.so\.2|ld-linux-[\w-]+\.so\.\d)$/;

/** libstdc++'s locales: 430 KB that a single stream brings in. */
const LOCALES = /^(?:__newlocale|__uselocale|iconv_open|wcscoll|__wcscoll_l|__strftime_l)$/;

export function glibcProblems({ imports, libraries }) {
  const problems = [];
  const newer = imports.filter(
    ({ version }) => version?.startsWith('GLIBC_') && compareVersions(version, OLDEST_GLIBC) > 0,
  );
  if (newer.length > 0) {
    problems.push(
      `needs a glibc newer than ${OLDEST_GLIBC}: ${some(newer.map((one) => `${one.name}@${one.version}`))}`,
    );
  }
  const foreign = libraries.filter((name) => !LIBRARIES.test(name));
  if (foreign.length > 0) problems.push(`needs ${some(foreign)}, which is no part of glibc`);
  // A weak symbol may be absent; what has a version is glibc's, and was looked at above.
  const unknown = imports.filter((one) => one.version === undefined && !one.isWeak && !isNodeApi(one.name));
  if (unknown.length > 0) problems.push(`takes ${some(unknown.map((one) => one.name))} of nobody knows whom`);
  const locales = imports.filter(({ name }) => LOCALES.test(name)).map((one) => one.name);
  if (locales.length > 0)
    problems.push(`has libstdc++'s locales inside, as ${some(locales)} tell: something uses a stream`);
  return problems;
}
