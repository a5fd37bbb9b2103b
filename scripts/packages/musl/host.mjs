/**
 * Runs JavaScript on musl where musl is not the machine's C library: by Bun, whose npm packages for Alpine are real hosts for
 * addons, and by musl's own loader, which Debian's package musl brings, for another processor under qemu.
 *
 * Those packages have no libstdc++.so.6: an Alpine has it. Here one is linked of Debian's static libstdc++, with what Bun takes
 * of it, just as it is linked into the addon.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../native-tools.mjs';
import { dynamicSymbols } from '../binary/elf.mjs';
import { muslLibrary } from './library.mjs';

const PACKAGES = join(root, 'packages', 'musl-hosts');
/** Bun's and Debian's word for a processor. */
const CPUS = { x64: 'x86_64', arm64: 'aarch64' };

/**
 * @param {'x64' | 'arm64'} cpu
 * @returns {string[]} a command, to be followed by a script and its arguments
 */
export function muslHost(cpu) {
  const bun = bunOf(cpu);
  const library = `LD_LIBRARY_PATH=${libstdcxxFor(cpu, bun)}`;
  if (cpu === process.arch) return ['env', library, bun];
  // Not in qemu's own environment: it would go by it.
  return [`qemu-${CPUS[cpu]}`, '-E', library, bun];
}

function bunOf(cpu) {
  const cpuOfBun = cpu === 'x64' ? cpu : CPUS[cpu];
  const bun = join(PACKAGES, 'node_modules', '@oven', `bun-linux-${cpuOfBun}-musl`, 'bin', 'bun');
  // By force, because npm would refuse a package for another C library or processor.
  const words = ['ci', '--force', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  if (!existsSync(bun)) execFileSync('npm', words, { cwd: PACKAGES, stdio: 'inherit' });
  return bun;
}

/** @returns {string} the folder with libstdc++.so.6 */
function libstdcxxFor(cpu, bun) {
  const folder = join(root, 'build', 'musl-hosts', cpu);
  mkdirSync(folder, { recursive: true });
  const toolchain = join(root, 'native', 'cmake', 'platforms', `linux-${cpu}-musl.cmake`);
  const wanted = join(folder, 'wanted.txt');
  writeFileSync(
    wanted,
    takenOfLibstdcxx(cpu, bun)
      .map((name) => `-u ${name}\n`)
      .join(''),
  );
  const source = join(root, 'native', 'musl', 'host');
  const words = ['-S', source, '-B', folder, `-DCMAKE_TOOLCHAIN_FILE=${toolchain}`, `-DWANTED=${wanted}`];
  const options = { stdio: ['ignore', 'ignore', 'inherit'] };
  execFileSync('cmake', words, options);
  execFileSync('cmake', ['--build', folder], options);
  return folder;
}

/** Symbols of a program that the static library has, and musl has not. */
function takenOfLibstdcxx(cpu, program) {
  const compiler = `${CPUS[cpu]}-linux-gnu-g++`;
  const archive = execFileSync(compiler, ['-print-file-name=libstdc++.a'], { encoding: 'utf8' }).trim();
  const text = execFileSync('nm', ['-g', '--defined-only', archive], {
    encoding: 'utf8',
    maxBuffer: 1e9,
    stdio: 'pipe',
  });
  const inArchive = new Set([...text.matchAll(/^[0-9a-f]+ [A-Za-z] (\S+)$/gm)].map(([, name]) => name));
  const inMusl = new Set(dynamicSymbols(muslLibrary(cpu)).map((one) => one.name));
  const names = dynamicSymbols(program).map((one) => one.name);
  return [...new Set(names)].filter((name) => inArchive.has(name) && !inMusl.has(name));
}
