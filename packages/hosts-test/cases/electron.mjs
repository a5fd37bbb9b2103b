/**
 * Electron's rules for addons, which is all that can be tried where its download is out of reach: it needs no build of an addon
 * that keeps to Node-API, and it allows no ArrayBuffer over memory that is not V8's.
 */
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { packageName } from '../../../scripts/packages/platforms.mjs';
import { root } from '../support/folders.mjs';
import { installed, platform, project } from '../support/projects.mjs';
import { checkResult } from '../support/results.mjs';
import { run, tryRun } from '../support/run.mjs';
import { Skipped } from '../support/skipped.mjs';

const ADDON = join('node_modules', packageName(platform), 'convkit.node');
const { symbols: VERSIONS } = createRequire(join(root, 'package.json'))('node-api-headers');
const PROMISED = new Set([...VERSIONS.v8.node_api_symbols, ...VERSIONS.v8.js_native_api_symbols]);

async function onlyNodeApi() {
  const listed = await run(['nm', '-D', '--undefined-only', ADDON], { cwd: await installed() });
  const names = [...listed.matchAll(/ [Uw] (\w+)/g)].map(([, name]) => name);
  const ofNode = names.filter((name) => /^(napi|node_api)_/.test(name));
  assert.ok(ofNode.length > 20, 'nm lists what the addon takes from Node');
  assert.deepEqual(
    ofNode.filter((name) => !PROMISED.has(name)),
    [],
    'newer than version 8',
  );
  assert.deepEqual(
    names.filter((name) => /^(_ZNK?2v8|_ZNK?4node|uv_)/.test(name)),
    [],
    'of V8, Node or libuv itself',
  );
  return `${ofNode.length} functions of Node-API, none newer than version 8`;
}

const FUNCTION = 'napi_create_external_arraybuffer';
const REFUSING = FUNCTION.replace(/.$/, '_');

/** What Node's headers call napi_no_external_buffers_allowed. It says so aloud, so that the test knows that it was asked. */
const REFUSAL = `
#include <unistd.h>
int ${REFUSING}(void) {
  (void)!write(2, "refused\\n", 8);
  return 22;
}
`;

/** Results are large enough for memory of the addon's own, which they would lie in. */
const LARGE_RESULTS = `
import { conv2d, conv2dAsync, Tensor } from 'convkit';
import { work } from './work.mjs';
const x = new Tensor(new Float32Array(300 * 300).fill(1), [1, 300, 300]);
const w = new Tensor(new Float32Array(4 * 9).fill(1), [4, 1, 3, 3]);
for (const y of [conv2d(x, w), await conv2dAsync(x, w)]) {
  if (y.size !== 4 * 298 * 298 || !y.data.every((value) => value === 9)) throw new Error('wrong values');
}
console.log('RESULT ' + JSON.stringify(await work('tiny.onnx')));
`;

/**
 * The function cannot be replaced from outside, since the program's own symbols come first; a copy of the addon that asks for it
 * by another name is given one that refuses.
 */
async function withoutForeignMemory() {
  if (platform.os !== 'linux') throw new Skipped('it takes a dynamic linker with LD_PRELOAD');
  const folder = await project('electron');
  const compiled = await tryRun(['cc', '--version'], { cwd: folder });
  if (compiled.code !== 0) throw new Skipped('there is no C compiler');
  writeFileSync(join(folder, 'refuse.c'), REFUSAL);
  await run(['cc', '-shared', '-fPIC', '-o', 'refuse.so', 'refuse.c'], { cwd: folder });
  const bytes = readFileSync(join(folder, ADDON));
  const at = bytes.indexOf(`\0${FUNCTION}\0`) + 1;
  assert.ok(at > 0, `the addon asks for ${FUNCTION}`);
  bytes.write(REFUSING, at, 'latin1');
  rmSync(join(folder, ADDON));
  writeFileSync(join(folder, ADDON), bytes);
  writeFileSync(join(folder, 'large.mjs'), LARGE_RESULTS);
  const output = await run([process.execPath, 'large.mjs'], {
    cwd: folder,
    env: { LD_PRELOAD: join(folder, 'refuse.so') },
  });
  checkResult(output);
  assert.match(output, /^refused$/m, 'the addon asked');
}

export const ELECTRON_CASES = [
  { name: 'Electron: Node-API alone', run: onlyNodeApi },
  { name: 'Electron: no memory but V8’s', run: withoutForeignMemory },
];
