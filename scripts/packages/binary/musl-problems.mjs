/** Rules for Linux with musl: its C library, by the name that Alpine gives it, and nothing that only glibc has. */
import { muslLibrary } from '../musl/library.mjs';
import { dynamicSymbols } from './elf.mjs';
import { isNodeApi } from './node-api.mjs';
import { some } from './some.mjs';

const NAMES = { x64: 'libc.musl-x86_64.so.1', arm64: 'libc.musl-aarch64.so.1' };

/** @param {(cpu: string) => ReadonlySet<string>} [namesIn] what musl has for a processor */
export function muslProblems({ elf, imports, libraries }, { cpu }, namesIn = namesInMusl) {
  const problems = [];
  const foreign = libraries.filter((name) => name !== NAMES[cpu]);
  if (foreign.length > 0) problems.push(`needs ${some(foreign)}, which is not ${NAMES[cpu]}`);
  if (!libraries.includes(NAMES[cpu]))
    problems.push(`does not need ${NAMES[cpu]}, as if it were for another C library`);
  const versioned = imports.filter(({ version }) => version !== undefined);
  if (versioned.length > 0) {
    problems.push(
      `needs ${some(versioned.map((one) => `${one.name}@${one.version}`))}: musl's symbols have no versions`,
    );
  }
  const inMusl = namesIn(cpu);
  const unknown = imports.filter((one) => !one.isWeak && !isNodeApi(one.name) && !inMusl.has(one.name));
  if (unknown.length > 0) problems.push(`takes ${some(unknown.map((one) => one.name))}, which musl does not have`);
  // A library that comes after the start of the process finds no room there.
  if (/STATIC_TLS/.test(elf.dynamic.get('FLAGS') ?? ''))
    problems.push('wants thread-locals in the space of the program');
  return problems;
}

const namesInMusl = (cpu) =>
  new Set(
    dynamicSymbols(muslLibrary(cpu))
      .filter((one) => one.isDefined && one.isGlobal)
      .map((one) => one.name),
  );
