/**
 * `node scripts/packages/glibc-stubs.mjs COMPILER FOLDER`: writes libraries to link against in place of this machine's glibc,
 * so that the result loads with the oldest glibc that is supported. CMake calls it, see native/cmake/oldest-glibc.cmake.
 *
 * Where a function has changed, glibc keeps the old one for programs that were linked long ago (exp@GLIBC_2.2.5 beside
 * exp@@GLIBC_2.29), and the linker always takes the newest of those that the library has. The libraries written here have
 * the same names and, of each function, only the newest version that the oldest glibc has too. They hold no code: the
 * linker notes a name, a version and a library, and that is all it needs of them.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { dynamicSymbols } from './binary/elf.mjs';
import { byOldLibrary, olderSymbols } from './older-symbols.mjs';

const [compiler, folder] = process.argv.slice(2);

/** A file of the compiler's, by its name; for one that it does not have, gcc answers with the name alone. */
function fileOf(name) {
  const file = execFileSync(compiler, [`-print-file-name=${name}`], { encoding: 'utf8' }).trim();
  return file === name ? undefined : file;
}

/** A library without code that has these symbols, each with its version. */
function writeStub(name, symbols) {
  const source = join(folder, `${name}.s`);
  const versions = join(folder, `${name}.map`);
  const output = join(folder, name);
  writeFileSync(source, [...symbols.map(labelOf), '.section .note.GNU-stack,"",%progbits', ''].join('\n'));
  writeFileSync(versions, versionScript(symbols));
  const words = ['-shared', '-nostdlib', `-Wl,-soname,${name}`, `-Wl,--version-script,${versions}`];
  execFileSync(compiler, [...words, '-x', 'assembler', source, '-o', output], { stdio: 'inherit' });
  return output;
}

const labelOf = ({ name, type }) =>
  `.globl ${name}\n.type ${name}, ${type === 'OBJECT' ? '%object' : '%function'}\n${name}: .byte 0\n.size ${name}, 1`;

function versionScript(symbols) {
  const versions = [...new Set(symbols.map((one) => one.version))];
  const namesOf = (version) => symbols.filter((one) => one.version === version).map((one) => one.name);
  return versions.map((version) => `${version} { ${namesOf(version).join('; ')}; };\n`).join('');
}

mkdirSync(folder, { recursive: true });
const symbols = byOldLibrary(dynamicSymbols(fileOf('libc.so.6')));
const libc = writeStub('libc.so.6', symbols.libc);
const libpthread = writeStub('libpthread.so.0', symbols.libpthread);
const libm = writeStub('libm.so.6', olderSymbols(dynamicSymbols(fileOf('libm.so.6'))));
const loaderFile = ['ld-linux-x86-64.so.2', 'ld-linux-aarch64.so.1'].map(fileOf).find((file) => file !== undefined);
const loader = writeStub(basename(loaderFile), olderSymbols(dynamicSymbols(loaderFile)));

// What -lc and -lm mean to the linker, in folders that come before the system's.
writeFileSync(
  join(folder, 'libc.so'),
  `GROUP ( ${libc} ${fileOf('libc_nonshared.a')} AS_NEEDED ( ${libpthread} ${loader} ) )\n`,
);
writeFileSync(join(folder, 'libm.so'), `GROUP ( ${libm} )\n`);
