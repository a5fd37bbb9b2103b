import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { MUSL_LOADER, muslHost, whyNoMuslHost } from '../lib/musl-host.mjs';
import { assertFallback, assertNative, findings, mendAsTold, PROGRAMS, probe } from '../lib/probe.mjs';
import { context, scenario } from '../lib/scenario.mjs';
import { thisPlatform } from '../lib/this-platform.mjs';

const { libc, id } = thisPlatform();
const isHere = libc === 'glibc' && process.arch === 'x64';
const skip = !isHere && 'written for Linux on x64 with glibc';

const MUSL = 'linux-x64-musl';
const forMusl = ['--os=linux', '--cpu=x64', '--libc=musl'];

/** The loader goes by the dynamic loader that the running executable names. */
const TELL = {
  'musl-node': `\x7fELF ${MUSL_LOADER}`,
  'tell.cjs': "process.execPath = require('node:path').join(__dirname, 'musl-node');",
};
const asMusl = { command: ['node', '--require', './tell.cjs'] };

scenario('a loader that takes its libc for musl asks for musl', { skip }, async (project) => {
  project.write(TELL);
  await project.npm('install', 'convkit');
  const warning = assertFallback(await probe(project, asMusl));
  assert.match(warning, new RegExp(`@convkit/${MUSL}\\b`));
  await mendAsTold(project, warning);
  assert.ok(project.list('node_modules', '@convkit').includes(MUSL));
});

scenario('a musl addon where there is glibc', { skip }, async (project) => {
  project.write(TELL);
  await project.npm('install', 'convkit', ...forMusl);
  assert.deepEqual(project.list('node_modules', '@convkit'), [MUSL]);
  // Told wrongly, it does load it, or tries to.
  const { backend, reason } = await probe(project, asMusl);
  if (backend === 'typescript') assert.match(reason, new RegExp(`^@convkit/${MUSL} `));
  const warning = assertFallback(await probe(project));
  assert.match(warning, new RegExp(`@convkit/${id}\\b`));
  await mendAsTold(project, warning);
  assertNative(await probe(project));
});

const whyNotRun = context.real.includes(MUSL) ? whyNoMuslHost() : `the addon for ${MUSL} was not built here`;

scenario(
  "a program on musl, by Bun and musl's own loader",
  { isLong: true, skip: skip || whyNotRun },
  async (project) => {
    await project.npm('install', 'convkit', ...forMusl);
    const { bun, env } = await muslHost(project);
    for (const way of ['import', 'require']) {
      const [file, text] = PROGRAMS[way];
      project.write({ [file]: text });
      const { stdout, stderr } = await project.withEnv(env).run(bun, file);
      assertNative({ ...findings(stdout), stderr });
    }
    // The right one is missing: musl is named, and the command.
    rmSync(project.path('node_modules', '@convkit'), { recursive: true });
    const { stdout } = await project.withEnv(env).run(bun, PROGRAMS.import[0]);
    const { backend, reason } = findings(stdout);
    assert.equal(backend, 'typescript');
    assert.match(reason, new RegExp(`^@convkit/${MUSL} is not installed`));
  },
);
