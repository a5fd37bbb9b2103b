// What a native build needs on this machine, and how to run one. Shared by `npm run build:native`
// and the prepare script, so that both look for the same tools and say the same things.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const runs = (command) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;

/** The tools that a native build lacks on this machine, in words; undefined where it can build. */
export function missingTools() {
  const missing = [];
  if (!runs('cmake')) missing.push('CMake');
  // On Windows CMake finds Visual Studio by itself, outside PATH.
  if (process.platform !== 'win32') missing.push(...missingPosixTools());
  return missing.length === 0 ? undefined : new Intl.ListFormat('en').format(missing);
}

function missingPosixTools() {
  const missing = [];
  const chosen = process.env.CXX?.trim().split(/\s+/)[0];
  const compilers = chosen ? [chosen] : ['c++', 'g++', 'clang++'];
  if (!compilers.some(runs)) missing.push('a C++ compiler');
  if (!runs('make') && !runs('ninja')) missing.push('make or ninja');
  return missing;
}

export function howToInstallTools() {
  switch (process.platform) {
    case 'darwin':
      return '`xcode-select --install` and `brew install cmake`';
    case 'win32':
      return 'Visual Studio Build Tools with "Desktop development with C++", which brings CMake';
    default:
      return '`apt-get install g++ cmake make` on Debian and Ubuntu, `dnf install gcc-c++ cmake make` on Fedora, `apk add g++ cmake make` on Alpine';
  }
}

/** Runs cmake-js with more words of its own; `stdio` as in node:child_process. Returns spawnSync's result. */
export function buildNative(stdio, words = []) {
  const cmakeJs = createRequire(import.meta.url).resolve('cmake-js/bin/cmake-js');
  const parallel = process.env.CMAKE_BUILD_PARALLEL_LEVEL ?? String(availableParallelism());
  return spawnSync(process.execPath, [cmakeJs, 'build', '--config', 'Release', '--parallel', parallel, ...words], {
    cwd: root,
    stdio,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
}
