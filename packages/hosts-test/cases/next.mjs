/** Next.js, with both of its bundlers: a server component and a route handler, built, and served from its standalone output. */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { block } from '../support/docs.mjs';
import { here, temporaryFolder } from '../support/folders.mjs';
import { bundlerProject, writeManifest } from '../support/projects.mjs';
import { checkResult } from '../support/results.mjs';
import { PLAIN_ENVIRONMENT, run } from '../support/run.mjs';

const FILES = {
  'app/layout.js': 'export default ({ children }) => <html lang="en"><body>{children}</body></html>;',
  'app/page.js': `
import { work } from '../work.mjs';
export const dynamic = 'force-dynamic';
export default async () => <pre>{'RESULT ' + JSON.stringify(await work(process.env.MODEL))}</pre>;
`,
  'app/api/route.js': `
import { work } from '../../work.mjs';
export const dynamic = 'force-dynamic';
export const GET = async () => new Response('RESULT ' + JSON.stringify(await work(process.env.MODEL)));
`,
};

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Answers as soon as the server does; what React writes into HTML is turned back. */
async function ask(url) {
  for (let attempt = 0; ; attempt++) {
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(20_000) });
      return (await answer.text())
        .replaceAll('&quot;', '"')
        .replaceAll('&#x27;', "'")
        .replaceAll(/<\/pre>[\s\S]*/g, '')
        .replaceAll('<pre>', '\n');
    } catch (error) {
      if (attempt === 60) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

async function serve(folder, check) {
  const port = await freePort();
  const env = {
    ...PLAIN_ENVIRONMENT,
    PORT: String(port),
    HOSTNAME: '127.0.0.1',
    MODEL: join(here, 'apps', 'tiny.onnx'),
  };
  const server = spawn(process.execPath, ['server.js'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (text) => (output += text));
  try {
    await check(`http://127.0.0.1:${port}`);
  } catch (error) {
    throw new Error(`${error.message}\nthe server printed:\n${output}`, { cause: error });
  } finally {
    server.kill();
  }
}

async function build(flags) {
  const folder = await bundlerProject('next');
  writeManifest(folder, { dependencies: { convkit: '*' } });
  // No file of the other apps' is one of Next's.
  for (const name of ['main.mjs', 'app.mjs']) rmSync(join(folder, name));
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  writeFileSync(join(folder, 'next.config.mjs'), block('next'));
  const next = join('node_modules', 'next', 'dist', 'bin', 'next');
  const env = { NEXT_TELEMETRY_DISABLED: '1', HOME: folder };
  const output = await run([process.execPath, next, 'build', ...flags], { cwd: folder, env, minutes: 8 });
  const out = temporaryFolder('next-out');
  cpSync(join(folder, '.next', 'standalone'), join(out, 'app'), { recursive: true, verbatimSymlinks: true });
  rmSync(folder, { recursive: true });
  await serve(join(out, 'app'), async (address) => {
    checkResult(await ask(`${address}/api`));
    checkResult(await ask(address));
  });
  return /Next\.js [\d.]+ \(\w+\)/.exec(output)?.[0];
}

export const NEXT_CASES = [
  { name: 'bundler: Next.js, Turbopack', isLong: true, run: () => build([]) },
  { name: 'bundler: Next.js, webpack', isLong: true, run: () => build(['--webpack']) },
];
