/** The clone's own unit tests, on every Node that convkit says it runs on. Some minutes each. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../support/folders.mjs';
import { run } from '../support/run.mjs';
import { Skipped } from '../support/skipped.mjs';
import { NODES, present } from './hosts.mjs';

async function unitTests(node) {
  if (!existsSync(join(root, 'build', 'Release', 'convkit.node')))
    throw new Skipped('npm run build:native comes first');
  const env = { ...process.env, PATH: `${dirname(present(node))}:${process.env.PATH}` };
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const output = await run([node, vitest, 'run', '--project', 'unit', '--reporter', 'dot'], {
    cwd: root,
    env,
    minutes: 30,
  });
  return /Tests .*$/m.exec(output)?.[0].replaceAll(/\s+/g, ' ');
}

export const NODE_VERSION_CASES = Object.entries(NODES).map(([major, node]) => ({
  name: `unit tests: Node ${major}`,
  isLong: true,
  run: () => unitTests(node),
}));
