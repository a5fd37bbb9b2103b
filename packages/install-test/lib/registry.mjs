/** A registry on this machine, with nothing of convkit in it but what is published here. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { kill, start } from './processes.mjs';

const STARTS_WITHIN_MS = 60_000;

/**
 * Starts verdaccio with `folder` as its home.
 *
 * @returns {Promise<{ url: string, token: string, stop: () => void }>}
 */
export async function startRegistry(folder) {
  mkdirSync(folder, { recursive: true });
  // YAML is a superset of JSON.
  writeFileSync(join(folder, 'config.yaml'), JSON.stringify(config(folder), null, 2));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const program = createRequire(import.meta.url).resolve('verdaccio/bin/verdaccio');
  const words = [program, '--config', join(folder, 'config.yaml'), '--listen', `127.0.0.1:${port}`];
  const child = start(process.execPath, words, {
    cwd: folder,
    env: verdaccioEnv(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaints = '';
  child.stderr.on('data', (bytes) => {
    complaints += bytes;
  });
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  try {
    await answering(url, hasEnded);
    return { url, token: await makeToken(url), stop: () => kill(child) };
  } catch (error) {
    kill(child);
    throw new Error(`the registry on this machine did not start: ${error.message}\n${complaints}`);
  }
}

/** Its own setting for certificates would replace those that Node knows. */
function verdaccioEnv() {
  const authorities = npmConfig('cafile');
  return authorities === undefined ? process.env : { NODE_EXTRA_CA_CERTS: authorities, ...process.env };
}

/** All but what is of convkit comes from where npm gets it on this machine. */
function config(folder) {
  const everybody = { access: '$all', publish: '$authenticated', unpublish: '$authenticated' };
  return {
    storage: join(folder, 'storage'),
    auth: { htpasswd: { file: join(folder, 'htpasswd'), max_users: 1 } },
    uplinks: {
      upstream: {
        url: npmConfig('registry'),
        timeout: '30s',
        maxage: '60m',
        max_fails: 10,
        fail_timeout: '1s',
      },
    },
    packages: {
      '@convkit/*': everybody,
      convkit: everybody,
      '**': { access: '$all', publish: '$authenticated', proxy: 'upstream' },
    },
    web: { enable: false },
    middlewares: {},
    max_body_size: '50mb',
    log: { type: 'file', path: join(folder, 'verdaccio.log'), format: 'json', level: 'http' },
  };
}

/** As it is set for the user who runs the tests: no address is written down here. */
function npmConfig(name) {
  const value = execFileSync('npm', ['config', 'get', name], { encoding: 'utf8' }).trim();
  return value === 'null' || value === 'undefined' || value === '' ? undefined : value;
}

/** Another process could take it meanwhile; verdaccio then ends, and says so. */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function answering(url, hasEnded) {
  const until = Date.now() + STARTS_WITHIN_MS;
  while (Date.now() < until) {
    if (hasEnded()) throw new Error('verdaccio ended');
    const isThere = await fetch(`${url}-/ping`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no answer within ${STARTS_WITHIN_MS / 1000} s`);
}

/** The registry's one user, whose password nobody will need again. */
async function makeToken(url) {
  const name = 'publisher';
  const response = await fetch(`${url}-/user/org.couchdb.user:${name}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, password: randomBytes(24).toString('hex') }),
  });
  const { token } = await response.json();
  if (!response.ok || !token) throw new Error(`it gave no token: ${response.status}`);
  return token;
}
