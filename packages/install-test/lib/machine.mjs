/**
 * What a command in an empty project finds of the machine: Node and the package managers. No compiler, no CMake, no make, no
 * Python, an empty home, nothing that somebody has set.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { here } from './places.mjs';

/** By the name of the command. Yarn is two programs. */
const MANAGERS = {
  pnpm: 'pnpm/bin/pnpm.cjs',
  'yarn-classic': 'yarn/bin/yarn.js',
  'yarn-berry': '@yarnpkg/cli-dist/bin/yarn.js',
};

/** What npm's scripts and the shims in node_modules/.bin call. */
const TOOLS = ['sh', 'env', 'uname', 'dirname', 'basename', 'sed', 'cat'];

/** Fills a folder with links to the only programs that there shall be. */
export function makeBin(bin) {
  mkdirSync(bin, { recursive: true });
  symlinkSync(process.execPath, join(bin, 'node'));
  for (const tool of ['npm', 'npx', ...TOOLS]) symlinkSync(pathOf(tool), join(bin, tool));
  for (const [command, file] of Object.entries(MANAGERS)) {
    symlinkSync(join(here, 'node_modules', file), join(bin, command));
  }
}

function pathOf(tool) {
  return execFileSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).trim();
}

/** The whole environment of a command; `home` is a folder of the project's own. */
export function environment({ bin, caches, registry, home, temporary }) {
  return {
    PATH: bin,
    HOME: home,
    TMPDIR: temporary,
    LANG: 'C.UTF-8',
    NO_COLOR: '1',
    // npm, and pnpm too
    npm_config_registry: registry,
    npm_config_cache: join(caches, 'npm'),
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
    npm_config_fetch_retries: '1',
    npm_config_fetch_timeout: '60000',
    PNPM_HOME: join(caches, 'pnpm'),
    // Yarn 1
    YARN_REGISTRY: registry,
    YARN_CACHE_FOLDER: join(caches, 'yarn'),
  };
}

/** What the later Yarn wants on top of that: it refuses a variable that it does not know. */
export function berryEnvironment({ caches, registry }) {
  return {
    YARN_CACHE_FOLDER: undefined,
    YARN_REGISTRY: undefined,
    YARN_NPM_REGISTRY_SERVER: registry,
    YARN_UNSAFE_HTTP_WHITELIST: '127.0.0.1',
    YARN_GLOBAL_FOLDER: join(caches, 'yarn-berry'),
    YARN_ENABLE_TELEMETRY: '0',
    // What is published here is no day old, which Yarn waits for.
    YARN_NPM_MINIMAL_AGE_GATE: '0',
    YARN_ENABLE_IMMUTABLE_INSTALLS: '0',
    YARN_HTTP_TIMEOUT: '60000',
  };
}
