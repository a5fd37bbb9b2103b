/** Fills the registry as a release would. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { platformManifest } from '../../../scripts/packages/manifests.mjs';
import { PLATFORMS } from '../../../scripts/packages/platforms.mjs';
import { staged } from './places.mjs';
import { runToEnd } from './processes.mjs';

const MOST_TIME_MS = 120_000;

/**
 * Publishes what is staged. A platform whose addon was not built here gets a package with a text in the addon's place, so
 * that package managers have all of them to choose from.
 *
 * @param {{ folder: string, url: string, token: string, env: NodeJS.ProcessEnv }} registry with a folder to write to
 * @returns {Promise<{ version: string, real: string[], standIns: string[] }>} the platforms' IDs
 */
export async function publishAll(registry) {
  const main = manifestOf('convkit');
  const real = PLATFORMS.filter(({ id }) => existsSync(join(staged, id, 'package.json')));
  const standIns = PLATFORMS.filter((platform) => !real.includes(platform));
  for (const { id } of real) {
    const { version } = manifestOf(id);
    if (version !== main.version) throw new Error(`${id} is staged as ${version}, convkit as ${main.version}`);
  }
  const folders = [...real.map(({ id }) => join(staged, id)), ...standIns.map((one) => standIn(registry, main, one))];
  await Promise.all([join(staged, 'convkit'), ...folders].map((folder) => publish(folder, registry)));
  return { version: main.version, real: real.map(({ id }) => id), standIns: standIns.map(({ id }) => id) };
}

function manifestOf(name) {
  return JSON.parse(readFileSync(join(staged, name, 'package.json'), 'utf8'));
}

function standIn({ folder }, main, platform) {
  const path = join(folder, platform.id);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'package.json'), JSON.stringify(platformManifest(main, platform), null, 2));
  writeFileSync(join(path, 'convkit.node'), `The addon for ${platform.id} was not built on this machine.\n`);
  return path;
}

/** With npm, as the release does. `tag`: what does not become "latest". */
export async function publish(folder, { url, token, env }, tag = 'latest') {
  const words = ['publish', folder, '--ignore-scripts', '--tag', tag, '--registry', url];
  const { host, pathname } = new URL(url);
  const { status, stdout, stderr } = await runToEnd('npm', words, {
    env: { ...env, [`npm_config_//${host}${pathname}:_authToken`]: token },
    timeoutMs: MOST_TIME_MS,
  });
  if (status !== 0) throw new Error(`${folder} cannot be published: ${stderr || stdout}`);
}
