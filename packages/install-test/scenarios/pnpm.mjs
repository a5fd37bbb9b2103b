import assert from 'node:assert/strict';
import { assertFallback, assertNative, mendAsTold, probe } from '../lib/probe.mjs';
import { context, scenario } from '../lib/scenario.mjs';
import { thisPlatform } from '../lib/this-platform.mjs';

const { id } = thisPlatform();

/** pnpm keeps every package in a folder of its own; only what a project asks for is linked into it. */
const addons = (project) =>
  project
    .list('node_modules', '.pnpm')
    .filter((name) => name.startsWith('@convkit+'))
    .sort();

scenario('pnpm add, and again from its lock', {}, async (project) => {
  await project.run('pnpm', 'add', 'convkit');
  assert.deepEqual(addons(project), [`@convkit+${id}@${context.version}`]);
  assert.equal(
    project.has('node_modules', '@convkit'),
    false,
    'the addon is seen by the project, so nothing is isolated',
  );
  assertNative(await probe(project));
  assertNative(await probe(project, { way: 'require' }));
  assert.equal((await project.run('pnpm', 'exec', 'convkit', '--version')).stdout.trim(), context.version);
  await project.run('pnpm', 'install', '--frozen-lockfile', '--force');
  assertNative(await probe(project));
});

scenario(
  'pnpm for two kinds of libc',
  { skip: process.platform !== 'linux' && 'only Linux has two' },
  async (project) => {
    project.write({
      'pnpm-workspace.yaml': `supportedArchitectures: { os: [linux], cpu: [${process.arch}], libc: [glibc, musl] }\n`,
    });
    await project.run('pnpm', 'add', 'convkit');
    const both = [`linux-${process.arch}-musl`, `linux-${process.arch}`];
    assert.deepEqual(
      addons(project),
      both.map((one) => `@convkit+${one}@${context.version}`),
    );
    assertNative(await probe(project));
  },
);

scenario('pnpm without optional packages', { isLong: true }, async (project) => {
  await project.run('pnpm', 'add', 'convkit', '--no-optional');
  assert.deepEqual(addons(project), []);
  await mendAsTold(project, assertFallback(await probe(project)));
  assertNative(await probe(project));
});
