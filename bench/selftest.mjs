/**
 * Does the gate cry wolf, and does it see one? Measures builds of this repository that are equal, or slowed down on purpose.
 *
 *   npm run bench:selftest -- [--runs 10] [--rounds 10] [--milliseconds 50] [--filter TEXT] [--only aa,slow10,slow2]
 *
 * `aa`      the same build twice: must not fail
 * `slow10`  every step takes 10 % longer in the second: must fail, each time
 * `slow2`   2 % longer: must not fail at the threshold of 5 %
 *
 * The slowdown is an environment variable that only a build with CONVKIT_TEST_SLOWDOWN heeds; it is made here, in
 * bench-output/selftest. Takes about a minute for each run of each kind.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildNative } from '../scripts/native-tools.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const HERE = join(ROOT, 'bench-output/selftest');
const EXIT = { same: 0, slower: 1, undecided: 3 };

const KINDS = {
  aa: { slowdown: 0, wanted: 'no alarm', good: (code) => code !== EXIT.slower },
  slow10: { slowdown: 0.1, wanted: 'an alarm', good: (code) => code === EXIT.slower },
  slow2: { slowdown: 0.02, wanted: 'no alarm', good: (code) => code !== EXIT.slower },
};

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '10' },
    milliseconds: { type: 'string', default: '50' },
    threads: { type: 'string', default: '1' },
    filter: { type: 'string' },
    only: { type: 'string', default: Object.keys(KINDS).join(',') },
  },
});

/** A directory with the package's code and an addon that can be slowed down. */
function buildMeasured() {
  const target = join(HERE, 'measured');
  mkdirSync(target, { recursive: true });
  const build = join(target, 'build');
  const { status, error } = buildNative(
    ['ignore', 'ignore', 'inherit'],
    ['--out', build, '--CDCONVKIT_TEST_SLOWDOWN=ON'],
  );
  if (status !== 0) throw error ?? new Error(`the build ended with ${status}`);
  cpSync(join(ROOT, 'dist'), join(target, 'dist'), { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(target, 'package.json'));
  return target;
}

/** The same command, slowed down. */
function slowed(name, slowdown, measured) {
  const folder = join(HERE, name, 'dist/cli');
  mkdirSync(folder, { recursive: true });
  const command = JSON.stringify(join(measured, 'dist/cli/main.js'));
  const content = `process.env.CONVKIT_TEST_SLOWDOWN = '${slowdown}';\nprocess.argv[1] = ${command};\nawait import(${command});\n`;
  writeFileSync(join(folder, 'main.js'), content);
  return join(HERE, name);
}

function compare(base, head) {
  const words = ['bench', 'ab', '--base', base, '--head', head, '--rounds', options.rounds, '--json'];
  words.push('--milliseconds', options.milliseconds, '--threads', options.threads, 'layers');
  if (options.filter !== undefined) words.push('--filter', options.filter);
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'dist/cli/main.js'), ...words], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (!Object.values(EXIT).includes(status)) throw new Error(`bench ab ended with ${status}: ${stderr}`);
  return { status, ...JSON.parse(stdout) };
}

rmSync(HERE, { recursive: true, force: true });
const measured = buildMeasured();
let bad = 0;
for (const kind of options.only.split(',')) {
  const { slowdown, wanted, good } = KINDS[kind];
  const head = slowed(kind, slowdown, measured);
  const base = slowed('base', 0, measured);
  let kept = 0;
  for (let i = 1; i <= Number(options.runs); i++) {
    const { status, verdict, geometricMean, smallestDetectable, cases } = compare(base, head);
    const slower = cases.filter((one) => one.verdict === 'slower').length;
    if (good(status)) kept++;
    const mean = `${((geometricMean.ratio - 1) * 100).toFixed(2)} %`;
    const least = `${((smallestDetectable ?? Number.NaN) * 100).toFixed(1)} %`;
    console.log(
      `${kind} ${i}: ${verdict}; mean ${mean}, ${slower} of ${cases.length} slower, would have seen ${least}` +
        (good(status) ? '' : `  ← ${wanted} was wanted`),
    );
  }
  console.log(`${kind}: ${wanted} in ${kept} of ${options.runs}\n`);
  if (kept < Number(options.runs)) bad++;
}
process.exitCode = bad === 0 ? 0 : 1;
