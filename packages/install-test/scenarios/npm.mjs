import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { assertFallback, assertNative, mendAsTold, probe } from '../lib/probe.mjs';
import { context, scenario } from '../lib/scenario.mjs';
import { thisPlatform } from '../lib/this-platform.mjs';

const { id } = thisPlatform();

scenario('npm install, and again from its lock', {}, async (project) => {
  await project.npm('install', 'convkit');
  assertIsWhole(project);
  assertNative(await probe(project));
  assertNoScripts(project);
  await project.npm('ls', '--all');
  rmSync(project.path('node_modules'), { recursive: true });
  await project.npm('ci');
  assertIsWhole(project);
  assertNative(await probe(project));
});

scenario('npm install --omit=optional, and then as the warning says', {}, async (project) => {
  await project.npm('install', 'convkit', '--omit=optional');
  assert.deepEqual(project.list('node_modules', '@convkit'), []);
  const warning = assertFallback(await probe(project));
  assert.match(warning, new RegExp(`@convkit/${id}\\b`));
  await assertRequired(project, `@convkit/${id}`);
  await mendAsTold(project, warning);
  assertNative(await probe(project));
  assertIsWhole(project);
});

scenario('a project that is never to get optional packages', { isLong: true }, async (project) => {
  project.write({ '.npmrc': 'omit=optional\n' });
  await project.npm('install', 'convkit');
  await mendAsTold(project, assertFallback(await probe(project)));
  assertNative(await probe(project));
});

scenario('npm install --ignore-scripts', { isLong: true }, async (project) => {
  await project.npm('install', 'convkit', '--ignore-scripts');
  assertIsWhole(project);
  assertNative(await probe(project));
});

/** The addon of this platform, and of no other. */
function assertIsWhole(project) {
  assert.deepEqual(project.list('node_modules', '@convkit'), [id]);
  assert.equal(project.json('node_modules', '@convkit', id, 'package.json').version, context.version);
}

function assertNoScripts(project) {
  const { packages } = project.json('package-lock.json');
  assert.ok('node_modules/convkit' in packages);
  const withScripts = Object.keys(packages).filter((path) => packages[path].hasInstallScript);
  assert.deepEqual(withScripts, []);
}

async function assertRequired(project, missing) {
  const strict = project.withEnv({ CONVKIT_REQUIRE_NATIVE: '1' });
  const { status, stderr, stdout } = await strict.attempt('node', 'probe.mjs');
  assert.notEqual(status, 0, `CONVKIT_REQUIRE_NATIVE=1 had no effect: ${stdout}`);
  assert.match(stderr, /UnsupportedError.*CONVKIT_REQUIRE_NATIVE=1: the native backend cannot be loaded/s);
  assert.ok(stderr.includes(missing), `the error does not name ${missing}:\n${stderr}`);
}
