import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FORMATS } from '../../src/bench/formats/formats.js';
import { type BenchResult, parseResult, serializeResult } from '../../src/bench/result.js';
import { randomStream } from '../../src/bench/statistics/random.js';
import { noisySample, normalSource } from '../bench/noise.js';
import { caseOf, resultOf } from '../bench/noisy-results.js';
import { commandEnvironment } from './environment.js';

const main = fileURLToPath(new URL('../../dist/bundle/cli.js', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));

const SHAPE = 'ic4ih8oc4kh3ph1';
const QUICK = ['--milliseconds', '5', '--samples', '2'];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'convkit-bench-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A path in the tests' folder. */
const at = (name: string) => join(folder, name);

function convkit(...words: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...words], { cwd: root, env: commandEnvironment() }, (error, out, err) => {
      resolve({ code: error === null ? 0 : (error.code as unknown as number), out, err });
    });
  });
}

function write(name: string, result: BenchResult): string {
  writeFileSync(at(name), serializeResult(result));
  return at(name);
}

/** 40 times a case with 1 % of noise; `factor` makes all of them longer. */
function timesOf(seed: string, factor = 1, environment: Partial<BenchResult['environment']> = {}): BenchResult {
  const normal = normalSource(randomStream(7, seed));
  const cases = ['a', 'b', 'c'].map((name) => caseOf(name, noisySample(normal, 40, factor, 0.01)));
  return resultOf(cases, environment);
}

const OTHER = { addon: 'ff'.repeat(32) };

/** A directory that passes for a build, whose command writes this result, or none, and ends with this code. */
function fakeBuild(name: string, result: BenchResult | undefined, code: number): string {
  mkdirSync(at(`${name}/dist/cli`), { recursive: true });
  const writing =
    result === undefined
      ? "console.error('out of order')"
      : `const words = process.argv;
        require('node:fs').writeFileSync(words[words.indexOf('--json') + 1], ${JSON.stringify(serializeResult(result))})`;
  writeFileSync(at(`${name}/dist/cli/main.js`), `${writing};\nprocess.exitCode = ${code};\n`);
  return at(name);
}

describe('convkit bench', () => {
  it('shows a shape, and writes the file and the page', async () => {
    const { code, out, err } = await convkit(
      'bench',
      SHAPE,
      ...QUICK,
      '--json',
      at('one.json'),
      '--html',
      at('one.html'),
    );
    expect({ code, err }).toEqual({ code: 0, err: `wrote ${at('one.json')}\nwrote ${at('one.html')}\n` });
    expect(out).toMatch(new RegExp(`^${SHAPE} +convkit +\\d+ +[\\d.]+ [nµm]?s`, 'm'));
    const result = parseResult(readFileSync(at('one.json'), 'utf8'), 'one.json');
    expect(result.command).toEqual(['bench', SHAPE, ...QUICK, '--json', at('one.json'), '--html', at('one.html')]);
    expect(result.cases).toHaveLength(1);
    expect(result.environment.build).toMatch(/^[0-9a-f]{64}$/);
    // 4 results of 8 × 8, each of 4 · 3 · 3 multiplications and additions.
    expect(result.cases[0]).toMatchObject({ suite: 'shapes', name: SHAPE, operations: 2 * 256 * 36 });
    const page = readFileSync(at('one.html'), 'utf8');
    expect(page).toMatch(/^<!doctype html>/i);
    expect(page).toContain(SHAPE);
  });

  it.each(Object.keys(FORMATS))('prints %s, and nothing else', async (format) => {
    const { code, out, err } = await convkit('bench', SHAPE, ...QUICK, '--format', format);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(SHAPE);
    if (format === 'markdown') expect(out).toMatch(/^\|.*\|\n\| ?:?-/m);
    else expect(() => JSON.parse(out)).not.toThrow();
  });

  it('shows each algorithm that can do a shape, and is content if some cannot', async () => {
    const { code } = await convkit(
      'bench',
      'ic8ih9oc8kh3sh2',
      '--algorithm',
      'all',
      ...QUICK,
      '--json',
      at('all.json'),
    );
    const names = parseResult(readFileSync(at('all.json'), 'utf8'), 'all.json').cases.map(({ name }) => name);
    expect(code).toBe(0);
    expect(names).toContain('ic8ih9oc8kh3sh2:direct');
    expect(names).not.toContain('ic8ih9oc8kh3sh2:winograd');
  });

  it('ends with 1 where a case could not be measured, and says why', async () => {
    const { code, out } = await convkit('bench', 'ic8ih9oc8kh3sh2', '--algorithm', 'winograd', ...QUICK);
    expect(code).toBe(1);
    expect(out).toMatch(/^ic8ih9oc8kh3sh2 \(convkit, threads \d+\): .*winograd/m);
  });

  it('ends with 2 and the list of suites where it is asked for nonsense', async () => {
    expect(await convkit('bench', 'nonsense')).toEqual({
      code: 2,
      out: '',
      err: "convkit bench: there is no suite 'nonsense': there are layers, networks, pool, models, image, overhead\n",
    });
  });

  it.each([
    ['--json', 'no-such-folder/x.json', "there is no folder '"],
    ['--html', 'no-such-folder/x.html', "there is no folder '"],
    ['--html', '.', 'is a folder: give the name of a file'],
  ])('finds out before it measures anything where %s %s cannot be', async (option, name, why) => {
    const { code, out, err } = await convkit('bench', 'layers', option, at(name));
    expect({ code, out, err }).toEqual({ code: 2, out: '', err: expect.stringContaining(why) });
  });

  it('reads its history before it measures anything', async () => {
    const { code, out, err } = await convkit('bench', SHAPE, '--history', at('missing.json'));
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(`${at('missing.json')}: cannot be read`);
  });
});

describe('convkit bench compare', () => {
  it('cannot decide of two samples', async () => {
    const file = write('few.json', resultOf([caseOf('a', [1, 1.01])]));
    const { code, out } = await convkit('bench', 'compare', file, file);
    expect(code).toBe(3);
    expect(out).toContain('too few samples');
  });

  it('finds no regression of many samples against themselves', async () => {
    const file = write('many.json', timesOf('base'));
    const { code, out } = await convkit('bench', 'compare', file, file);
    expect({ code, regression: out.includes('No regression') }).toEqual({ code: 0, regression: true });
  });

  it('ends with 1 where times are 30 % longer', async () => {
    const [base, head] = [write('base.json', timesOf('base')), write('head.json', timesOf('head', 1.3, OTHER))];
    const { code, out } = await convkit('bench', 'compare', base, head);
    expect(code).toBe(1);
    expect(out).toMatch(/^Regression: 3 of 3 cases slower by more than 5 %/m);
    expect((await convkit('bench', 'compare', head, base)).code).toBe(0);
    expect((await convkit('bench', 'compare', base, head, '--threshold', '50%')).code).toBe(0);
  });

  it('prints one JSON object with the same verdict', async () => {
    const [base, head] = [write('base.json', timesOf('base')), write('head.json', timesOf('head', 1.3, OTHER))];
    const { code, out } = await convkit('bench', 'compare', base, head, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ verdict: 'regression', exitCode: 1, differences: [] });
  });

  it('ends with 3 where both are of one build, and says so', async () => {
    const [base, head] = [write('base.json', timesOf('base')), write('head.json', timesOf('head', 1.3))];
    const { code, out } = await convkit('bench', 'compare', base, head);
    expect(code).toBe(3);
    expect(out).toMatch(
      /^Both files are of one build \(addon a1b2c3d4e5f6\), so this is the machine, not convkit: 3 of 3 cases/m,
    );
  });

  it('refuses files of two machines', async () => {
    const [base, head] = [timesOf('base'), timesOf('head', 1.3, { cpu: 'Another processor' })];
    const { code, out } = await convkit('bench', 'compare', write('here.json', base), write('there.json', head));
    expect(code).toBe(3);
    expect(out).toContain('Not comparable: cpu is A processor in base, Another processor in head.');
  });

  it.each([
    ['is no JSON', 'times', /broken\.json: not JSON/],
    ['is no result', '{}', /broken\.json: schema must be/],
  ])('ends with 2 where a file %s', async (_, content, message) => {
    writeFileSync(at('broken.json'), content);
    const { code, out, err } = await convkit('bench', 'compare', at('broken.json'), at('broken.json'));
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
  });
});

describe('convkit bench ab', () => {
  // Of two processes a side nothing could be significant, so no machine makes anything but 3 of these.
  const AB = ['bench', 'ab', '--base', '.', '--head', '.', '--rounds', '2', '--milliseconds', '1', '--json'];

  it('measures two builds by turns, each process one sample', async () => {
    const { code, out, err } = await convkit(...AB, SHAPE, '--threads', '1');
    expect(code).toBe(3);
    expect(err).toBe('process 1 of 4\nprocess 2 of 4\nprocess 3 of 4\nprocess 4 of 4\n');
    const { verdict, cases } = JSON.parse(out);
    expect(verdict).toBe('cannot decide');
    expect(cases).toMatchObject([{ base: { samples: 2 }, head: { samples: 2 }, verdict: 'undecided' }]);
  });

  it('judges the cases that both builds could measure, and names the others', async () => {
    const failed = caseOf('b', [], { error: 'no longer possible' });
    const base = fakeBuild('old', resultOf([caseOf('a', [1]), caseOf('b', [1])]), 0);
    const head = fakeBuild('new', resultOf([caseOf('a', [1.3]), failed], OTHER), 1);
    const { code, out } = await convkit('bench', 'ab', '--base', base, '--head', head, '--json');
    expect(code).toBe(1);
    const { cases, unpaired } = JSON.parse(out);
    expect(cases).toMatchObject([{ base: { samples: 10 }, ratio: 1.3, verdict: 'slower' }]);
    expect(unpaired).toMatchObject([{ why: 'failed in head', error: 'no longer possible' }]);
  });

  it('ends with 2, and with what the build said, where it writes no file', async () => {
    const broken = fakeBuild('broken', undefined, 1);
    const { code, err } = await convkit('bench', 'ab', '--base', broken, '--head', broken);
    expect(code).toBe(2);
    expect(err).toContain(`${broken} could not be measured: out of order`);
  });

  it('ends with 2 where a version is none', async () => {
    const { code, err } = await convkit('bench', 'ab', '--base', 'no-such-version');
    expect(code).toBe(2);
    expect(err).toContain('no-such-version is neither a directory nor a revision');
  });
});
