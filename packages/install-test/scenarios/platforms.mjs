import assert from 'node:assert/strict';
import { copyFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PLATFORMS } from '../../../scripts/packages/platforms.mjs';
import { staged } from '../lib/places.mjs';
import { assertFallback, assertNative, mendAsTold, probe } from '../lib/probe.mjs';
import { publish } from '../lib/publish.mjs';
import { context, scenario } from '../lib/scenario.mjs';
import { thisPlatform } from '../lib/this-platform.mjs';

const own = thisPlatform();

const choosing = ({ os, cpu, libc }) => [
  `--os=${os}`,
  `--cpu=${cpu}`,
  ...(libc === undefined ? [] : [`--libc=${libc}`]),
];

for (const platform of PLATFORMS) {
  const isLong = platform.libc !== 'musl' || platform.cpu !== own.cpu;
  scenario(`npm chooses ${platform.id} for its machines`, { isLong }, async (project) => {
    await project.npm('install', 'convkit', ...choosing(platform));
    assert.deepEqual(project.list('node_modules', '@convkit'), [platform.id]);
  });
}

const foreign = PLATFORMS.find(({ os }) => os !== own.os);

scenario("a lock and node_modules of another system's", {}, async (project) => {
  await project.npm('install', 'convkit', ...choosing(foreign));
  const warning = assertFallback(await probe(project));
  assert.match(warning, new RegExp(`@convkit/${own.id}\\b`));
  const fresh = project.beside('fresh');
  for (const name of ['package.json', 'package-lock.json']) copyFileSync(project.path(name), fresh.path(name));
  await fresh.npm('ci');
  assert.deepEqual(fresh.list('node_modules', '@convkit'), [own.id]);
  assertNative(await probe(fresh));
  // The folder itself, as it comes through a shared disk or a container's volume.
  await mendAsTold(project, warning);
  assertNative(await probe(project));
});

scenario('an addon of another version', {}, async (project) => {
  const other = nextVersion(context.version);
  const doctored = project.path('..', 'doctored');
  cpSync(join(staged, own.id), doctored, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(doctored, 'package.json'), 'utf8'));
  writeFileSync(join(doctored, 'package.json'), JSON.stringify({ ...manifest, version: other }));
  await publish(doctored, context.publishing, 'doctored');
  const name = `@convkit/${own.id}`;
  project.write({ 'package.json': { private: true, overrides: { [name]: other } } });
  await project.npm('install', 'convkit');
  assert.equal(project.json('node_modules', '@convkit', own.id, 'package.json').version, other);
  const { reason } = await probe(project);
  for (const named of [name, other, context.version])
    assert.ok(reason.includes(named), `${named} is not in: ${reason}`);
  assertFallback(await probe(project));
  // Beside the right one it harms nobody.
  const both = project.beside('both');
  await both.npm('install', 'convkit', `${name}@${other}`);
  assertNative(await probe(both));
});

function nextVersion(version) {
  const [major, minor, patch] = version.split('-')[0].split('.').map(Number);
  return `${major}.${minor}.${patch + 1}`;
}

scenario('an addon that was cut short', {}, async (project) => {
  await project.npm('install', 'convkit');
  const file = project.path('node_modules', '@convkit', own.id, 'convkit.node');
  const bytes = readFileSync(file);
  for (const length of [0, 100, bytes.length / 2, bytes.length - 100]) {
    // Not written over: the file may be a link into a cache.
    rmSync(file);
    writeFileSync(file, bytes.subarray(0, length));
    const warning = assertFallback(await probe(project));
    assert.match(warning, new RegExp(`@convkit/${own.id} `));
    if (length > 100) assert.match(warning, /is cut short/);
  }
  await mendAsTold(project, assertFallback(await probe(project)));
  assertNative(await probe(project));
});

scenario('a lock that npm made of the node_modules of another system', { isLong: true }, async (project) => {
  await project.npm('install', 'convkit', ...choosing(foreign));
  const lock = project.json('package-lock.json');
  const others = PLATFORMS.filter(({ id }) => id !== foreign.id).map(({ id }) => `node_modules/@convkit/${id}`);
  for (const path of others) delete lock.packages[path];
  project.write({ 'package-lock.json': lock });
  rmSync(project.path('node_modules'), { recursive: true });
  const { status } = await project.attempt('npm', 'ci');
  // Newer ones refuse such a lock.
  if (status !== 0) await project.npm('install');
  const found = await probe(project);
  if (found.backend === 'native') return;
  await mendAsTold(project, assertFallback(found));
  assertNative(await probe(project));
});
