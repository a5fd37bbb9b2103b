/** What keeps an addon from being published, in sentences. Pure functions of what read.mjs says of it. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../native-tools.mjs';
import { elfProblems } from './elf-problems.mjs';
import { glibcProblems } from './glibc-problems.mjs';
import { some } from './some.mjs';

/** The whole package, with its README and its licence, must not have more, unpacked. */
const MOST_BYTES = 4_000_000;

/**
 * A platform's own rules, beside the common ones. Each is a function of the binary and the platform to sentences.
 *
 * @type {Record<string, readonly ((binary: import('./read.mjs').Binary, platform: import('../platforms.mjs').Platform) => string[])[]>}
 */
const RULES = {
  glibc: [elfProblems, glibcProblems],
};

/**
 * @param {import('./read.mjs').Binary} binary
 * @param {import('../platforms.mjs').Platform} platform
 * @param {Buffer} content the file itself
 * @returns {string[]} none where it is fit to be published
 */
export function problemsOf(binary, platform, content) {
  const own = RULES[platform.libc ?? platform.os];
  if (own === undefined)
    return [`there are no rules for ${platform.id}; scripts/packages/binary/problems.mjs wants some`];
  return [
    ...commonProblems(binary, platform),
    ...buildPathProblems(content, [root, homedir()]),
    ...own.flatMap((rule) => rule(binary, platform)),
  ];
}

export function commonProblems(binary, platform) {
  const problems = [];
  if (binary.cpu !== platform.cpu) problems.push(`is for ${binary.cpu}, not for ${platform.cpu}`);
  if (binary.bytes > MOST_BYTES) problems.push(`has ${binary.bytes} bytes; a package has ${MOST_BYTES} at most`);
  if (!binary.isStripped) problems.push('has symbols or debugging information that nothing needs: link it with -s');
  const wanted = publicSymbols();
  const surplus = binary.exports.filter((name) => !wanted.includes(name));
  const missing = wanted.filter((name) => !binary.exports.includes(name));
  if (surplus.length > 0) problems.push(`exports ${some(surplus)}, which native/binding/exports.map does not list`);
  if (missing.length > 0) problems.push(`does not export ${some(missing)}`);
  return problems;
}

/** Folders of the machine that built it say nothing to others, and make two builds of the same sources differ. */
export function buildPathProblems(content, folders) {
  const found = folders.filter((folder) => folder.length > 1 && content.includes(folder));
  const source = /(?:\/[\w.+-]+){2,}\.(?:cc|cpp|h|hpp)\b|[A-Z]:\\[\w.\\ +-]+/.exec(content.toString('latin1'))?.[0];
  if (source !== undefined) found.push(source);
  return found.map((path) => `has a path of the machine that built it inside: ${path}`);
}

/** What exports.map lists as global. */
function publicSymbols() {
  const map = readFileSync(join(root, 'native', 'binding', 'exports.map'), 'utf8');
  return [.../global:([^:]*)local:/.exec(map)[1].matchAll(/\w+/g)].map(([name]) => name);
}
