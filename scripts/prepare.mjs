// Runs after `npm ci` in a clone, and before npm packs or links one; never where the published package is installed. Builds
// the TypeScript, then the addon. A machine that cannot build the addon still gets a working package.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { buildNative, howToInstallTools, missingTools, root } from './native-tools.mjs';

const nativeRequired = process.env.CONVKIT_REQUIRE_NATIVE === '1';
const stillWorks =
  'convkit works all the same, on its TypeScript backend: every operator, the same values, only slower.';

/** Where package.json's entry points lead. */
const ENTRY = join(root, 'dist', 'bundle', 'index.js');
const SOURCES = ['src', 'scripts/bundle.mjs', 'package.json', 'package-lock.json', 'tsconfig.json'];

function buildTypeScript() {
  const compiler = findCompiler();
  if (compiler === undefined) {
    console.warn(
      'convkit: the dev dependencies are not installed, so nothing was built. ' +
        `To build it, run \`npm ci\` in ${root}.`,
    );
    // What was built elsewhere or before may do; without it, whoever installs this clone would get a package without entry.
    process.exit(existsSync(ENTRY) ? 0 : 1);
  }
  runNode(compiler, '-p', 'tsconfig.json');
  runNode(join(root, 'scripts', 'bundle.mjs'));
}

function findCompiler() {
  const require = createRequire(import.meta.url);
  try {
    return join(require.resolve('typescript/package.json'), '..', 'bin', 'tsc');
  } catch {
    return undefined;
  }
}

function runNode(...words) {
  const { status } = spawnSync(process.execPath, words, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

/** Whether nothing changed since the last build: npm prepares a git dependency twice, and a clone each time it is linked. */
function isUpToDate() {
  if (!existsSync(ENTRY)) return false;
  const built = statSync(ENTRY).mtimeMs;
  const isOlder = (path) => statSync(path).mtimeMs < built;
  return SOURCES.map((name) => join(root, name)).every((path) => {
    if (!existsSync(path)) return true;
    const inside = statSync(path).isDirectory() ? readdirSync(path, { recursive: true }) : [];
    return isOlder(path) && inside.every((name) => isOlder(join(path, name)));
  });
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

function isThisFolder(path) {
  return path !== undefined && existsSync(path) && realpathSync(path) === realpathSync(root);
}

// npm says what it prepares a package as, except where it is the project itself.
const preparedFor = process.env.npm_package_resolved;
const isPacked = process.env._PACOTE_NO_PREPARE_ !== undefined || isThisFolder(preparedFor);

if (preparedFor === undefined || !isUpToDate()) buildTypeScript();
// No tarball has the addon in it, neither that of `npm pack` nor the one that npm makes of a git dependency.
if (!isPacked) buildAddon();
