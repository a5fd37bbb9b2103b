/**
 * ELF files, by what readelf says of them: it reads files for any processor.
 *
 * @typedef {object} ElfDetails
 * @property {readonly { type: string, flags: string, align: number }[]} segments program headers
 * @property {ReadonlyMap<string, string>} dynamic the dynamic section's entries, without NEEDED
 */
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';

/** A row of a symbol table; `section` is UND for what is taken of another file. */
const SYMBOL = /^\s*\d+: [0-9a-f]+\s+\w+\s+(\w+)\s+(\w+)\s+(\w+)\s+(\w+)\s+(\S+)/;
const SEGMENT = /^ {2}([A-Z_0-9]+)\s+0x[0-9a-f]+ 0x[0-9a-f]+ 0x[0-9a-f]+ 0x[0-9a-f]+ 0x[0-9a-f]+ (.{3}) (0x[0-9a-f]+)$/;
const DYNAMIC = /^ 0x[0-9a-f]+ \(([A-Z_0-9]+)\)\s+(.*)$/;

const CPUS = new Map([
  ['Advanced Micro Devices X86-64', 'x64'],
  ['AArch64', 'arm64'],
]);

/** @returns {import('./read.mjs').Binary} */
export function readElf(file) {
  const words = ['-W', '-h', '-l', '-d', '-S', '--dyn-syms', file];
  const text = execFileSync('readelf', words, {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
    maxBuffer: 1e9,
  });
  const dynamic = rows(text, DYNAMIC).map(([, name, value]) => [name, value.trim()]);
  const symbols = symbolsIn(text).filter((one) => one.name !== '' && one.isGlobal);
  const machine = /^\s*Machine:\s+(.*)$/m.exec(text)?.[1];
  return {
    format: 'elf',
    cpu: CPUS.get(machine) ?? machine,
    bytes: statSync(file).size,
    libraries: dynamic.filter(([name]) => name === 'NEEDED').map(([, value]) => /\[(.*)\]/.exec(value)[1]),
    imports: symbols.filter((one) => !one.isDefined).map(({ name, version, isWeak }) => ({ name, version, isWeak })),
    exports: symbols.filter((one) => one.isDefined).map((one) => one.name),
    isStripped: !/ \.symtab /.test(text) && !/ \.debug_info /.test(text),
    elf: {
      segments: rows(text, SEGMENT).map(([, type, flags, align]) => ({ type, flags, align: Number(align) })),
      dynamic: new Map(dynamic.filter(([name]) => name !== 'NEEDED')),
    },
  };
}

/**
 * The dynamic symbols of a library, with those versions of them that are kept for older programs only.
 *
 * @returns {{ name: string, version?: string, isDefault: boolean, isDefined: boolean, isGlobal: boolean, isWeak: boolean,
 *   type: string }[]}
 */
export function dynamicSymbols(file) {
  const words = ['-W', '--dyn-syms', file];
  return symbolsIn(
    execFileSync('readelf', words, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' }, maxBuffer: 1e9 }),
  );
}

function symbolsIn(text) {
  return rows(text, SYMBOL).map(([, type, binding, , section, nameAndVersion]) => {
    const [name, , version] = nameAndVersion.split(/(@@?)/);
    return {
      ...{ name, version, type },
      isDefault: nameAndVersion.includes('@@'),
      isDefined: section !== 'UND',
      isGlobal: binding !== 'LOCAL',
      isWeak: binding === 'WEAK',
    };
  });
}

function rows(text, pattern) {
  return text.split('\n').flatMap((line) => {
    const match = pattern.exec(line);
    return match === null ? [] : [match];
  });
}
