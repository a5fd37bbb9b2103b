/**
 * `npm run test:install [-- --short] [--only TEXT]`: convkit as its users get it. Publishes what `npm run stage` has left to a
 * registry on this machine, and installs and uses it in empty projects, see README.md.
 */
import { spawnSync } from 'node:child_process';
import { setMaxListeners } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { parseArgs } from 'node:util';
import { here, staged } from './lib/places.mjs';
import { thisPlatform } from './lib/this-platform.mjs';

const { values: choices } = parseArgs({ options: { short: { type: 'boolean' }, only: { type: 'string' } } });

installOwnDependencies();
const platform = thisPlatform();
if (platform === undefined) {
  console.error(`No addon is published for ${process.platform} on ${process.arch}, so there is nothing to test here.`);
  process.exit(1);
}
for (const name of ['convkit', platform.id]) {
  if (existsSync(join(staged, name, 'package.json'))) continue;
  console.error(`${name} is not staged. Run \`npm run build:platform -- ${platform.id}\`, and then \`npm run stage\`.`);
  process.exit(1);
}

// These import what may just have been installed.
const { environment, makeBin } = await import('./lib/machine.mjs');
const { killAll } = await import('./lib/processes.mjs');
const { publishAll } = await import('./lib/publish.mjs');
const { startRegistry } = await import('./lib/registry.mjs');

const folder = mkdtempSync(join(tmpdir(), 'convkit-install-'));
const place = (name) => join(folder, name);
const abort = new AbortController();
// Each file of scenarios listens.
setMaxListeners(0, abort.signal);

/** The projects of scenarios that failed stay, where nobody has stopped the run. */
function tidy() {
  killAll();
  const isKept = !abort.signal.aborted && existsSync(place('projects')) && readdirSync(place('projects')).length > 0;
  if (!isKept) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  else for (const name of ['registry', 'caches', 'stand-ins']) rmSync(place(name), { recursive: true, force: true });
  if (isKept) console.log(`kept, of what failed: ${place('projects')}`);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    abort.abort();
    // The files of scenarios end their own commands first.
    setTimeout(() => {
      tidy();
      process.exit(1);
    }, 500);
  });
}

const started = performance.now();
const seconds = () => `${((performance.now() - started) / 1000).toFixed(0)} s`;
try {
  await prepare();
  const counts = await runScenarios();
  console.log(`# pass ${counts.pass}\n# fail ${counts.fail}\n# skipped ${counts.skipped}`);
  console.log(`install test${choices.short ? ' (short)' : ''}: ${seconds()}`);
  if (counts.fail > 0 || counts.pass === 0) process.exitCode = 1;
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  tidy();
}

function installOwnDependencies() {
  const installed = join(here, 'node_modules', '.package-lock.json');
  const time = (path) => statSync(path).mtimeMs;
  if (existsSync(installed) && time(installed) >= time(join(here, 'package-lock.json'))) return;
  const words = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', here];
  const { status } = spawnSync('npm', words, { stdio: 'inherit', timeout: 600_000 });
  if (status !== 0) {
    console.error('npm could not install what the test needs, see above.');
    process.exit(1);
  }
}

/** Leaves a file with all that scenarios need to know, and its path in the environment. */
async function prepare() {
  for (const name of ['projects', 'caches', 'home', 'tmp']) mkdirSync(place(name));
  const bin = place('bin');
  makeBin(bin);
  const { url, token } = await startRegistry(place('registry'));
  const own = { bin, caches: place('caches'), registry: url };
  const env = environment({ ...own, home: place('home'), temporary: place('tmp') });
  const published = await publishAll({ folder: place('stand-ins'), url, token, env });
  console.log(`published convkit ${published.version} with ${published.real.join(', ')} (${seconds()})`);
  if (published.standIns.length > 0) {
    console.log(`not built here, so there are empty packages in their places: ${published.standIns.join(', ')}`);
  }
  const context = {
    ...own,
    ...published,
    projects: place('projects'),
    publishing: { url, token, env },
    isShort: choices.short === true,
    only: choices.only,
  };
  process.env.CONVKIT_INSTALL_TEST = place('context.json');
  writeFileSync(process.env.CONVKIT_INSTALL_TEST, JSON.stringify(context, null, 2));
}

/** One file for each processor, up to two: more would only wait for the registry. */
async function runScenarios() {
  const names = readdirSync(join(here, 'scenarios')).filter((name) => name.endsWith('.mjs'));
  const files = names.sort().map((name) => join(here, 'scenarios', name));
  const counts = { pass: 0, fail: 0, skipped: 0 };
  const results = run({ files, concurrency: 2, signal: abort.signal });
  results.on('test:pass', ({ name, skip }) => {
    // A file without any test that --only names passes as a whole.
    if (!files.includes(name)) counts[skip === undefined ? 'pass' : 'skipped']++;
  });
  results.on('test:fail', () => {
    counts.fail++;
  });
  const report = results.compose(new spec());
  report.pipe(process.stdout);
  await new Promise((resolve, reject) => report.once('end', resolve).once('error', reject));
  return counts;
}
