// Runs after `npm ci` in a clone, never where the published package is installed: builds the
// TypeScript, then the addon. A machine that cannot build the addon still gets a working package.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { buildNative, howToInstallTools, missingTools, root } from './native-tools.mjs';

const nativeRequired = process.env.CONVKIT_REQUIRE_NATIVE === '1';
const stillWorks =
  'convkit works all the same, on its TypeScript backend: every operator, the same values, only slower.';

function buildTypeScript() {
  const require = createRequire(import.meta.url);
  let compiler;
  try {
    compiler = join(require.resolve('typescript/package.json'), '..', 'bin', 'tsc');
  } catch {
    console.warn('convkit: the dev dependencies are not installed, so nothing was built.');
    process.exit(0);
  }
  const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.json'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

function buildAddon() {
  const missing = missingTools();
  if (missing !== undefined) {
    warn(
      `convkit: the native backend was not built, because this machine lacks ${missing}. ` +
        `${stillWorks} To get the native backend, install what is missing (${howToInstallTools()}), ` +
        'then run `npm run build:native` here.',
    );
    return;
  }
  console.log('convkit: compiling the native backend; this takes a minute or two.');
  const { status, stdout, stderr } = buildNative('pipe');
  if (status === 0) return;
  const log = `${stdout}\n${stderr}`;
  mkdirSync(join(root, 'build'), { recursive: true });
  writeFileSync(join(root, 'build', 'prepare.log'), log);
  console.error(log.trim().split('\n').slice(-40).join('\n'));
  warn(
    'convkit: compiling the native backend failed; the end of the compiler log is above, all of it in ' +
      `build/prepare.log. ${stillWorks} Once the cause is mended, run \`npm run build:native\` here.`,
  );
}

function warn(paragraph) {
  console.warn(`\n${paragraph}\n`);
  if (nativeRequired) {
    console.error('convkit: CONVKIT_REQUIRE_NATIVE=1 asks for the native backend, so this is an error.');
    process.exit(1);
  }
}

buildTypeScript();
buildAddon();
