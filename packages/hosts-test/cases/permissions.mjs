/** Node's permission model, on each Node that has one, with the flags that the page names; and its flag against addons. */
import { dirname } from 'node:path';
import { block } from '../support/docs.mjs';
import { project } from '../support/projects.mjs';
import { checkResult } from '../support/results.mjs';
import { shell } from '../support/run.mjs';
import { NODES, present } from './hosts.mjs';

/** By the page's block, and with what is missing. */
const FLAGS = [
  { name: 'permission', but: {} },
  { name: 'permission-without-workers', but: {}, worker: false },
  { name: 'permission-without-addons', but: { backend: 'typescript', warnings: ['CONVKIT_FALLBACK'] } },
  { name: 'no-addons', but: { backend: 'typescript', warnings: ['CONVKIT_FALLBACK'] } },
];

async function permissions(major) {
  const folder = await project('permissions');
  const env = { PATH: `${dirname(present(NODES[major]))}:${process.env.PATH}` };
  for (const { name, but, worker = true } of FLAGS) {
    // The flag has had this name for as long as Node 20 has been getting nothing new.
    const command = major === '20' ? block(name).replace('--permission', '--experimental-permission') : block(name);
    checkResult(
      await shell(command, { cwd: folder, env }),
      worker ? but : { ...but, warnings: ['CONVKIT_NO_WORKERS'] },
    );
  }
}

export const PERMISSION_CASES = Object.keys(NODES).map((major) => ({
  name: `permissions: Node ${major}`,
  run: () => permissions(major),
}));
