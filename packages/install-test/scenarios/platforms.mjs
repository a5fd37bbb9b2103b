import assert from 'node:assert/strict';
import { copyFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PLATFORMS } from '../../../scripts/packages/platforms.mjs';
import { staged } from '../lib/places.mjs';
import { assertFallback, assertNative, commandIn, probe } from '../lib/probe.mjs';
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
  await project.run(...commandIn(warning));
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
  rmSync(file);
  writeFileSync(file, bytes.subarray(0, bytes.length / 2));
  assert.match(assertFallback(await probe(project)), new RegExp(`@convkit/${own.id}`));
});
