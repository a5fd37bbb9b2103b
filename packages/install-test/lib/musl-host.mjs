/**
 * A runtime with Node-API on musl, on a machine with glibc: Bun's musl build, started by musl's own loader. It is linked to
 * libstdc++ as Alpine has it; that of Debian does, with seven functions that only glibc has.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { here } from './places.mjs';

export const MUSL_LOADER = '/lib/ld-musl-x86_64.so.1';
const BUN = { name: '@oven/bun-linux-x64-musl', version: '1.4.5' };

/** Why there can be none here; false where there can. */
export function whyNoMuslHost() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'for Linux on x64';
  if (!existsSync(MUSL_LOADER)) return `no ${MUSL_LOADER} on this machine (package musl)`;
  if (spawnSync('musl-gcc', ['--version']).error) return 'no musl-gcc on this machine (package musl-tools)';
  if (spawnSync('g++', ['--version']).error) return 'no g++ on this machine';
  return false;
}

/**
 * Installs it beside a project.
 *
 * @returns {Promise<{ bun: string, env: NodeJS.ProcessEnv }>} the program, and what its environment needs
 */
export async function muslHost(project) {
  const folder = project.beside('bun');
  // npm takes it for a foreign package, rightly.
  await folder.npm('install', `${BUN.name}@${BUN.version}`, '--force', '--os=linux', '--cpu=x64', '--libc=musl');
  const libraries = folder.path('lib');
  mkdirSync(libraries);
  for (const name of ['libstdc++.so.6', 'libgcc_s.so.1']) symlinkSync(pathOf(name), join(libraries, name));
  // What they name besides, and musl does not take for a part of itself.
  writeFileSync(join(libraries, 'empty.c'), '');
  compile(join(libraries, 'empty.c'), join(libraries, 'ld-linux-x86-64.so.2'));
  const names = join(libraries, 'glibc-names.so');
  compile(join(here, 'programs', 'glibc-names.c'), names);
  const bun = folder.path('node_modules', ...BUN.name.split('/'), 'bin', 'bun');
  return { bun, env: { LD_LIBRARY_PATH: libraries, LD_PRELOAD: names } };
}

function pathOf(library) {
  return spawnSync('g++', [`-print-file-name=${library}`], { encoding: 'utf8' }).stdout.trim();
}

/** With the machine's own compiler, which programs under test do not see. */
function compile(source, library) {
  const { status, stderr } = spawnSync('musl-gcc', ['-shared', '-fPIC', '-O1', source, '-o', library], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`musl-gcc could not compile ${source}: ${stderr}`);
}
