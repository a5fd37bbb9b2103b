import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Build, prepareBuild } from '../../bench/ab/builds.js';
import { interleave, type Measure } from '../../bench/ab/rounds.js';
import { BenchError } from '../../bench/bench-error.js';
import { compareResults } from '../../bench/compare.js';
import { parseResult } from '../../bench/result.js';
import { defineCommand } from '../command.js';
import { flag, integer, list, single, text } from '../options.js';
import { COMPARISON_EXIT_CODES, report } from './bench-compare.js';
import { percent } from './percent.js';

const execute = promisify(execFile);

export const benchAb = defineCommand({
  description:
    'Builds two versions and measures them in turns on this machine, each time in a fresh process, so that a machine ' +
    'that changes its mind treats both alike; then compares as `bench compare` does. A version is a git revision or a ' +
    'directory that is built already.',
  options: {
    base: single(text('REV|DIR', { help: 'what it is compared with', default: 'HEAD' })),
    head: single(text('REV|DIR', { help: 'what is judged', default: '.' })),
    aa: flag('measure base against itself: shows how much noise there is'),
    rounds: single(integer('N', [2, 1000], { help: 'processes of each version', default: 10 })),
    milliseconds: single(integer('N', [1, 600_000], { help: 'how long a process samples a case', default: 100 })),
    threads: list(integer('N', [1, 1024], { help: 'numbers of threads; all that are there by default' })),
    filter: list(text('TEXT', { help: 'only cases with this in their name' })),
    threshold: single(percent('how much slower a case may become', 0.05)),
    json: flag('print one JSON object'),
  },
  positionals: { usage: '[SUITE|SHAPE…]', min: 0, max: Number.POSITIVE_INFINITY },
  exitCodes: COMPARISON_EXIT_CODES,
  examples: [
    ['convkit bench ab --base v1.2.0 --head HEAD', 'judges what was committed since 1.2.0'],
    ['convkit bench ab --aa layers --filter resnet', 'what this machine makes of two equal builds'],
  ],
  async run(values, subjects, context) {
    const { note, signal } = context;
    const words = [...subjects, ...repeated('--threads', values.threads), ...repeated('--filter', values.filter)];
    const builds: Build[] = [];
    const prepare = async (name: string) => {
      const build = await prepareBuild(name, process.cwd(), note);
      builds.push(build);
      return build;
    };
    try {
      const base = await prepare(values.base);
      const head = values.aa ? base : await prepare(values.head);
      const measure =
        (build: Build): Measure =>
        () =>
          runOnce(build, words, values.milliseconds, signal);
      const sides = await interleave(measure(base), measure(head), values.rounds, (done, total) => {
        if (done < total) note(`process ${done + 1} of ${total}`);
      });
      return report(compareResults(sides.base, sides.head, { threshold: values.threshold }), values.json, context);
    } finally {
      for (const build of builds) await build.dispose();
    }
  },
});

const repeated = (option: string, values: readonly (string | number)[]) =>
  values.flatMap((value) => [option, String(value)]);

async function runOnce(build: Build, words: readonly string[], milliseconds: number, signal: AbortSignal) {
  const folder = await mkdtemp(join(tmpdir(), 'convkit-ab-'));
  const file = join(folder, 'result.json');
  try {
    const options = ['--json', file, '--milliseconds', String(milliseconds), '--samples', '5'];
    // A case that one build cannot do ends it with 1, but the file is there, and all other cases still count.
    await execute(process.execPath, [build.command, 'bench', ...words, ...options], { signal }).catch((error) => {
      if (!existsSync(file)) throw error;
    });
    return parseResult(await readFile(file, 'utf8'), build.name);
  } catch (cause) {
    signal.throwIfAborted();
    const { stderr } = cause as { stderr?: string };
    throw new BenchError(`${build.name} could not be measured: ${stderr?.trim() || String(cause)}`, { cause });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
