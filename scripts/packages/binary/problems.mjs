/** What keeps an addon from being published, in sentences. Pure functions of what read.mjs says of it. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../native-tools.mjs';
import { sizeRefusal } from '../refusals.mjs';
import { elfProblems } from './elf-problems.mjs';
import { glibcProblems } from './glibc-problems.mjs';
import { machoProblems } from './macho-problems.mjs';
import { muslProblems } from './musl-problems.mjs';
import { peProblems } from './pe-problems.mjs';
import { some } from './some.mjs';

/**
 * A platform's own rules, beside the common ones. Each is a function of the binary and the platform to sentences.
 *
 * @type {Record<string, readonly ((binary: import('./read.mjs').Binary, platform: import('../platforms.mjs').Platform) => string[])[]>}
 */
const RULES = {
  glibc: [elfProblems, glibcProblems],
  musl: [elfProblems, muslProblems],
  win32: [peProblems],
  darwin: [machoProblems],
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
  // The package has a README and a licence, too: staging looks at the whole of it.
  if (sizeRefusal(binary.bytes) !== undefined) problems.push(`is too large: ${sizeRefusal(binary.bytes)}`);
  if (!binary.isStripped) {
    const flag = binary.format === 'macho' ? '-Wl,-x,-S' : '-s';
    problems.push(`has symbols or debugging information that nothing needs: link it with ${flag}`);
  }
  const wanted = publicSymbols();
  const surplus = binary.exports.filter((name) => !wanted.includes(name));
  const missing = wanted.filter((name) => !binary.exports.includes(name));
  if (surplus.length > 0) problems.push(`exports ${some(surplus)}, which native/binding/exports.map does not list`);
  if (missing.length > 0) problems.push(`does not export ${some(missing)}`);
  return problems;
}

/** An absolute path of a source file, as assertions and debugging information have it. */
const SOURCE_PATH = /(?:(?<![\w.])|[A-Z]:)(?:[/\\][\w.+-]+){2,}\.(?:cc|cpp|h|hpp)\b/;

/** Folders of the machine that built it say nothing to others, and make two builds of the same sources differ. */
export function buildPathProblems(content, folders) {
  const found = folders.filter((folder) => folder.length > 1 && content.includes(folder));
  const source = SOURCE_PATH.exec(content.toString('latin1'))?.[0];
  if (source !== undefined) found.push(source);
  return found.map((path) => `has a path of the machine that built it inside: ${path}`);
}

/** What exports.map lists as global. */
function publicSymbols() {
  const map = readFileSync(join(root, 'native', 'binding', 'exports.map'), 'utf8');
  return [.../global:([^:]*)local:/.exec(map)[1].matchAll(/\w+/g)].map(([name]) => name);
}
