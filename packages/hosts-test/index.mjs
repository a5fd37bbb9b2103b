/**
 * `npm run test:hosts -- [--short] [--only TEXT]… [--without TEXT]… [--list]`: builds small apps with the bundlers, and runs
 * convkit, installed from its staged tarballs, on the hosts that docs/deploying.md names; configurations and commands are the
 * ones that stand there.
 *
 * `--only` takes the cases whose name has TEXT in it, `--without` the others; `--short` leaves out those that take long.
 */
import { parseArgs } from 'node:util';
import { BUNDLER_CASES } from './cases/bundlers.mjs';
import { CONTAINER_CASES } from './cases/containers.mjs';
import { ELECTRON_CASES } from './cases/electron.mjs';
import { HOST_CASES } from './cases/hosts.mjs';
import { LAMBDA_CASES } from './cases/lambda.mjs';
import { LIMIT_CASES } from './cases/limits.mjs';
import { NEXT_CASES } from './cases/next.mjs';
import { NODE_VERSION_CASES } from './cases/node-versions.mjs';
import { PERMISSION_CASES } from './cases/permissions.mjs';
import { SOURCE_CASES } from './cases/source.mjs';
import { unreadBlocks } from './support/docs.mjs';
import { removeFolders } from './support/folders.mjs';
import { missing } from './support/projects.mjs';
import { Skipped } from './support/skipped.mjs';

const { values } = parseArgs({
  options: {
    short: { type: 'boolean' },
    list: { type: 'boolean' },
    only: { type: 'string', multiple: true },
    without: { type: 'string', multiple: true, default: [] },
  },
});

/** Nobody has tried a block of the page that no case asks for. */
const allBlocks = {
  name: 'docs: every block was tried',
  run: () => {
    const blocks = unreadBlocks();
    if (blocks.length > 0) throw new Error(`no case reads these blocks of docs/deploying.md: ${blocks.join(', ')}`);
  },
};

/** @typedef {{ name: string, isLong?: boolean, run: () => unknown }} Case `run` may return a note, a figure that was measured. */
/** @type {Case[]} */
const CASES = [
  ...[BUNDLER_CASES, NEXT_CASES, ELECTRON_CASES, HOST_CASES, PERMISSION_CASES].flat(),
  ...[LIMIT_CASES, LAMBDA_CASES, CONTAINER_CASES, SOURCE_CASES].flat(),
  ...(values.short || values.only ? [] : [allBlocks]),
  ...NODE_VERSION_CASES,
];

const wanted = CASES.filter(
  ({ name, isLong }) =>
    !(values.short && isLong) &&
    (values.only?.some((text) => name.includes(text)) ?? true) &&
    !values.without.some((text) => name.includes(text)),
);
const counts = { passed: 0, failed: 0, skipped: 0 };

async function runCase({ name, run }) {
  const start = performance.now();
  const seconds = () => `${((performance.now() - start) / 1000).toFixed(1)} s`;
  try {
    const note = await run();
    counts.passed++;
    console.log(`ok       ${name} (${seconds()})${note === undefined ? '' : `: ${note}`}`);
  } catch (error) {
    if (error instanceof Skipped) {
      counts.skipped++;
      console.log(`skipped  ${name}: ${error.message}`);
    } else {
      counts.failed++;
      console.log(`FAILED   ${name} (${seconds()})\n${String(error?.stack ?? error).replace(/^/gm, '    ')}`);
    }
  }
}

if (values.list) {
  for (const { name, isLong } of wanted) console.log(`${name}${isLong ? ' (long)' : ''}`);
} else if (missing !== undefined) {
  console.error(missing);
  process.exitCode = 1;
} else {
  try {
    for (const one of wanted) await runCase(one);
  } finally {
    removeFolders();
  }
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped, of ${CASES.length} cases`);
  process.exitCode = counts.failed > 0 || wanted.length === 0 ? 1 : 0;
}
