/** The app on the runtimes that an npm package brings, from the installed package, as an ES module and through `require`. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { block } from '../support/docs.mjs';
import { here } from '../support/folders.mjs';
import { project } from '../support/projects.mjs';
import { checkResult } from '../support/results.mjs';
import { run, shell } from '../support/run.mjs';
import { Skipped } from '../support/skipped.mjs';

const MODULES = join(here, 'node_modules');

/** The binaries themselves: the packages around them have scripts to run at installation, which stay unrun here. */
export const NODES = Object.fromEntries(
  ['20', '22', '24', '26'].map((major) => [major, join(MODULES, `node-${major}`, 'bin', 'node')]),
);
const BUN = join(MODULES, '@oven', 'bun-linux-x64', 'bin', 'bun');
export const DENO = join(MODULES, '@deno', 'linux-x64-glibc', 'deno');

export function present(program) {
  if (!existsSync(program))
    throw new Skipped(`there is no ${program}: npm ci --ignore-scripts --prefix packages/hosts-test`);
  return program;
}

const REQUIRES = `
const { conv2d, Tensor, runtime } = require('convkit');
const { resize } = require('convkit/image');
import('convkit').then((imported) => {
  if (imported.Tensor !== Tensor) throw new Error('import and require give two convkits');
  if (typeof resize !== 'function') throw new Error('convkit/image has no resize');
  const y = conv2d(Tensor.from([[[1, 2], [3, 4]]]), Tensor.from([[[[1, 1], [1, 1]]]]));
  console.log(runtime().backend, y.data[0]);
});
`;

async function smoke(program, words) {
  const folder = await project('host');
  checkResult(await run([present(program), ...words, 'main.mjs', 'tiny.onnx'], { cwd: folder }));
  writeFileSync(join(folder, 'requires.cjs'), REQUIRES);
  const output = await run([program, ...words, 'requires.cjs'], { cwd: folder });
  if (!/^native 10$/m.test(output)) throw new Error(`through require: ${output}`);
  return (await run([program, '--version'], { cwd: folder })).split('\n')[0];
}

/** With the flags that the page names. */
async function deno() {
  const folder = await project('deno');
  const env = { PATH: `${join(present(DENO), '..')}:${process.env.PATH}` };
  checkResult(await shell(block('deno'), { cwd: folder, env }));
  const { backend } = checkResult(await shell(block('deno-without-ffi'), { cwd: folder, env }), {
    backend: 'typescript',
    warnings: ['CONVKIT_FALLBACK'],
  });
  await smoke(DENO, ['run', '--allow-ffi', '--allow-read', '--allow-env', '--allow-sys']);
  return `${(await run([DENO, '--version'], { cwd: folder })).split('\n')[0]}; without --allow-ffi ${backend}`;
}

export const HOST_CASES = [
  { name: 'host: this Node', run: () => smoke(process.execPath, []) },
  ...Object.entries(NODES).map(([major, program]) => ({ name: `host: Node ${major}`, run: () => smoke(program, []) })),
  { name: 'host: Bun', run: () => smoke(BUN, []) },
  { name: 'host: Deno', run: deno },
];
