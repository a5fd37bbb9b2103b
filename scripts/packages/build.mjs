/**
 * `npm run build:platform -- ID…`: compiles the addon as it is published, for one platform or several. Unlike
 * `npm run build:native`, which compiles it for this machine, it leaves a file that runs on every machine of that platform,
 * see native/cmake/platforms.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../native-tools.mjs';
import { builtAddon, platformsOrExit } from './platforms.mjs';
import { recordSources, sourcesDigest } from './sources.mjs';

const nodeHeaders = createRequire(import.meta.url)('node-api-headers').include_dir;

function build(platform) {
  const file = builtAddon(platform);
  // Before the build: what is edited meanwhile may or may not be in it.
  const sources = sourcesDigest(platform);
  const folder = join(dirname(file), 'cmake');
  const toolchain = join(root, 'native', 'cmake', 'platforms', `${platform.id}.cmake`);
  run(
    'cmake',
    ...['-S', root, '-B', folder, '-DCMAKE_BUILD_TYPE=Release', `-DCONVKIT_NODE_HEADERS=${nodeHeaders}`],
    ...(existsSync(toolchain) ? [`-DCMAKE_TOOLCHAIN_FILE=${toolchain}`] : []),
  );
  const parallel = process.env.CMAKE_BUILD_PARALLEL_LEVEL ?? String(availableParallelism());
  run('cmake', '--build', folder, '--config', 'Release', '--target', 'convkit', '--parallel', parallel);
  copyFileSync(join(folder, 'convkit.node'), file);
  recordSources(file, sources);
  console.log(`built ${file}`);
}

function run(command, ...words) {
  const { status, error } = spawnSync(command, words, { cwd: root, stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

const ids = process.argv.slice(2);
if (ids.length === 0) {
  console.error('usage: npm run build:platform -- ID…, with IDs of scripts/packages/platforms.mjs');
  process.exit(2);
}
for (const platform of platformsOrExit(ids)) build(platform);
