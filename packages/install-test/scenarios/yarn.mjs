import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { berryEnvironment } from '../lib/machine.mjs';
import { assertFallback, assertNative, mendAsTold, probe } from '../lib/probe.mjs';
import { context, scenario } from '../lib/scenario.mjs';
import { thisPlatform } from '../lib/this-platform.mjs';

const { id, libc } = thisPlatform();

scenario('Yarn 1, and again from its lock', {}, async (project) => {
  await project.run('yarn-classic', 'add', 'convkit');
  // It knows nothing of libc, so both may be there; the loader takes the right one.
  const withoutLibc = libc === undefined ? [id] : [`linux-${process.arch}`, `linux-${process.arch}-musl`];
  assert.deepEqual(project.list('node_modules', '@convkit'), withoutLibc);
  assertNative(await probe(project));
  assertNative(await probe(project, { way: 'require' }));
  rmSync(project.path('node_modules'), { recursive: true });
  await project.run('yarn-classic', 'install', '--frozen-lockfile');
  assertNative(await probe(project));
});

scenario('Yarn 1 without optional packages', { isLong: true }, async (project) => {
  await project.run('yarn-classic', 'add', 'convkit', '--ignore-optional');
  await mendAsTold(project, assertFallback(await probe(project)), { yarn: 'yarn-classic' });
  assertNative(await probe(project));
});

scenario('Yarn with node_modules, and again from its lock', {}, async (plain) => {
  const project = await berryProject(plain, 'node-modules');
  assert.deepEqual(project.list('node_modules', '@convkit'), [id]);
  assertNative(await probe(project));
  assertNative(await probe(project, { way: 'require' }));
  rmSync(project.path('node_modules'), { recursive: true });
  await project.run('yarn-berry', 'install', '--immutable');
  assertNative(await probe(project));
});

scenario("Yarn's Plug'n'Play, and again from its lock", {}, async (plain) => {
  const project = await berryProject(plain, 'pnp');
  assert.equal(project.has('node_modules'), false);
  // An addon in a zip archive could not be loaded.
  const unplugged = project.list('.yarn', 'unplugged').filter((name) => name.startsWith('@convkit-'));
  assert.equal(unplugged.length, 1);
  assert.match(unplugged[0], new RegExp(`^@convkit-${id}-npm-${context.version}-`));
  const command = ['yarn-berry', 'node'];
  assertNativeInPnp(await probe(project, { command }));
  assertNativeInPnp(await probe(project, { command, way: 'require' }));
  assert.equal((await project.run('yarn-berry', 'convkit', '--version')).stdout.trim(), context.version);
  rmSync(project.path('.yarn'), { recursive: true });
  await project.run('yarn-berry', 'install', '--immutable');
  assertNativeInPnp(await probe(project, { command }));
});

async function berryProject(plain, nodeLinker) {
  const project = plain.withEnv(berryEnvironment(context));
  // Without these two, Yarn looks for a project in the folders above.
  project.write({ '.yarnrc.yml': `nodeLinker: ${nodeLinker}\nenableGlobalCache: true\n`, 'yarn.lock': '' });
  await project.run('yarn-berry', 'add', 'convkit');
  return project;
}

/** Yarn's own loader makes Node warn of what is experimental; of convkit there is nothing to be said. */
function assertNativeInPnp({ stderr, warnings, ...found }) {
  assert.doesNotMatch(stderr, /convkit/i);
  assertNative({ ...found, warnings: warnings.filter(({ name }) => name !== 'ExperimentalWarning') });
}
