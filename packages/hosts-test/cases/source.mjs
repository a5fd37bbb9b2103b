/** A clone that a project links to, as the page shows it, with what the clone has built already. */
import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { block } from '../support/docs.mjs';
import { root } from '../support/folders.mjs';
import { project } from '../support/projects.mjs';
import { checkResult } from '../support/results.mjs';
import { run, shell } from '../support/run.mjs';

async function linkedClone() {
  const folder = await project('source');
  rmSync(join(folder, 'node_modules'), { recursive: true });
  symlinkSync(root, join(folder, 'convkit'));
  // What `npm ci` compiles has been compiled here; where it has not, TypeScript has to carry on.
  const commands = block('source').replace(/^\(cd convkit && npm ci\)\n/, '');
  if (commands === block('source')) throw new Error('the page begins with `npm ci` in the clone');
  await shell(commands, { cwd: folder, env: { HOME: process.env.HOME, npm_config_ignore_scripts: 'true' } });
  checkResult(await run([process.execPath, 'main.mjs', 'tiny.onnx'], { cwd: folder }));
}

export const SOURCE_CASES = [{ name: 'source: a linked clone', run: linkedClone }];
