import { describe, expect, it } from 'vitest';
import { BenchError } from '../../src/bench/bench-error.js';
import { compareResults } from '../../src/bench/compare.js';
import type { BenchCase, Environment } from '../../src/bench/result.js';
import { randomStream } from '../../src/bench/statistics/random.js';
import { noisySample, normalSource } from './noise.js';
import { caseOf, ENVIRONMENT, resultOf } from './noisy-results.js';

/** Times that spread evenly by ±`spread` around `median`. */
function evenly(median: number, spread: number, count = 41): number[] {
  return Array.from({ length: count }, (_, index) => median * (1 + spread * ((2 * index) / (count - 1) - 1)));
}

const quiet = caseOf('quiet', evenly(2, 0.01));

const OTHER_BUILD = { addon: 'another' };

/** One case, compared to itself after its times were multiplied. */
function compareTimes(base: readonly number[], head: readonly number[]) {
  return compareResults(resultOf([caseOf('conv', base)]), resultOf([caseOf('conv', head)], OTHER_BUILD));
}

function compareCases(base: readonly BenchCase[], head: readonly BenchCase[]) {
  return compareResults(resultOf(base), resultOf(head, OTHER_BUILD));
}

describe('the verdict of a case', () => {
  it.each([
    ['slower', 1.1, 1, 'regression'],
    ['faster', 0.9, 0, 'no regression'],
    ['same', 1, 0, 'no regression'],
  ] as const)('is %s for times of a factor of %d', (verdict, factor, exitCode, overall) => {
    const comparison = compareTimes(evenly(2, 0.02), evenly(2 * factor, 0.02));
    const [one] = comparison.cases;
    expect(one).toMatchObject({ label: 'layers/conv (1 thread)', verdict });
    expect(one.ratio).toBeCloseTo(factor, 10);
    expect(one.base.median).toBeCloseTo(2, 10);
    expect(one.head).toMatchObject({ samples: 41, outliers: 0 });
    expect(one.interval.low).toBeLessThan(factor);
    expect(one.interval.high).toBeGreaterThan(factor);
    expect(comparison).toMatchObject({ verdict: overall, exitCode });
  });

  it('is same for a slowdown that is certain, but below the threshold', () => {
    const [one] = compareTimes(evenly(2, 0.01), evenly(2.06, 0.01)).cases;
    expect(one.correctedP).toBeLessThan(1e-6);
    expect(one.verdict).toBe('same');
  });

  it('is not slower where the interval is beyond the threshold, but the p is not significant among all cases', () => {
    // Four samples each cannot give a p below 2/70; the ranges lie far apart.
    const [one] = compareTimes([1, 1.01, 1.02, 1.03], [2, 2.01, 2.02, 2.03]).cases;
    expect(one.interval.low).toBeGreaterThan(1.9);
    expect(one.p).toBeCloseTo(2 / 70, 10);
    expect(one.verdict).toBe('slower');
    const many = Array.from({ length: 4 }, (_, index) => ({ ...quiet, name: `quiet ${index}` }));
    const comparison = compareCases(
      [caseOf('conv', [1, 1.01, 1.02, 1.03]), ...many],
      [caseOf('conv', [2, 2.01, 2.02, 2.03]), ...many],
    );
    expect(comparison.cases[0].correctedP).toBeCloseTo(10 / 70, 10);
    expect(comparison.cases[0]).toMatchObject({ verdict: 'undecided', smallestDetectable: Number.POSITIVE_INFINITY });
    expect(comparison).toMatchObject({ verdict: 'cannot decide', exitCode: 3 });
  });

  it('is undecided exactly where a slowdown of twice the threshold is not excluded', () => {
    const noisy = compareTimes(evenly(2, 0.3), evenly(2, 0.3));
    expect(noisy.cases[0].interval.high).toBeGreaterThan(1.1);
    expect(noisy.cases[0].verdict).toBe('undecided');
    const coarser = { threshold: (noisy.cases[0].interval.high - 1) / 2 + 1e-6 };
    const files = [resultOf([caseOf('conv', evenly(2, 0.3))]), resultOf([caseOf('conv', evenly(2, 0.3))])] as const;
    expect(compareResults(...files, coarser).cases[0].verdict).toBe('same');
  });

  it('comes with a detectable slowdown that grows with the threshold, the noise and the number of cases', () => {
    const detectable = (spread: number, threshold: number, cases = 1) => {
      const file = resultOf(Array.from({ length: cases }, (_, index) => caseOf(`conv ${index}`, evenly(2, spread))));
      return compareResults(file, file, { threshold }).cases[0].smallestDetectable;
    };
    expect(detectable(0, 0.05)).toBeCloseTo(0.05, 12);
    const [one, many] = [detectable(0.1, 0.001), detectable(0.1, 0.001, 40)];
    expect(detectable(0.05, 0.001)).toBeLessThan(0.7 * one);
    expect(detectable(0.1, 0.1)).toBeGreaterThan(one + 0.09);
    // What is significant alone is less so among 40: z(0.025 / 40) = 3.23 takes the place of z(0.025) = 1.96 in one arm.
    expect(Math.log(1 + many) / Math.log((1 + one) / 1.001)).toBeCloseTo((1 + 3.2272 / 1.96) / 2, 3);
  });

  it('turns around when the files do', () => {
    const [slow, fast] = [evenly(2.2, 0.02), evenly(2, 0.02)];
    expect(compareTimes(fast, slow).cases[0].verdict).toBe('slower');
    expect(compareTimes(slow, fast).cases[0].verdict).toBe('faster');
  });
});

describe('the verdict of a comparison', () => {
  const many = Array.from({ length: 19 }, (_, index) => ({ ...quiet, name: `quiet ${index}` }));
  const noisy = caseOf('noisy', evenly(2, 0.3));

  it('stands an undecided case in ten that does not look slower', () => {
    const comparison = compareCases([...many, noisy], [...many, noisy]);
    expect(comparison.cases[19].verdict).toBe('undecided');
    expect(comparison).toMatchObject({ verdict: 'no regression', exitCode: 0 });
  });

  it('does not stand more of them', () => {
    const three = ['a', 'b', 'c'].map((name) => ({ ...noisy, name }));
    expect(compareCases([...many, ...three], [...many, ...three])).toMatchObject({
      verdict: 'cannot decide',
      exitCode: 3,
    });
  });

  it('does not stand one that looks slower', () => {
    const slower = caseOf('noisy', evenly(2.12, 0.3));
    const comparison = compareCases([...many, noisy], [...many, slower]);
    expect(comparison.cases[19].verdict).toBe('undecided');
    expect(comparison).toMatchObject({ verdict: 'cannot decide', exitCode: 3 });
  });

  it('is regression as soon as one case is slower, whatever is undecided', () => {
    const slow = caseOf('quiet', evenly(2.3, 0.01));
    expect(compareCases([quiet, noisy], [slow, noisy])).toMatchObject({ verdict: 'regression', exitCode: 1 });
  });

  it.each<[keyof Environment, string | number]>([
    ['cpu', 'Another'],
    ['processors', 8],
    ['quota', 2],
    ['arch', 'arm64'],
    ['platform', 'darwin'],
    ['backend', 'typescript'],
    ['isa', 'avx512'],
    ['threads', 1],
  ])('is not comparable where %s differs', (field, value) => {
    const slow = caseOf('quiet', evenly(2.3, 0.01));
    const comparison = compareResults(resultOf([quiet]), resultOf([slow], { [field]: value }));
    expect(comparison).toMatchObject({ verdict: 'not comparable', exitCode: 3 });
    expect(comparison.differences).toEqual([{ field, base: ENVIRONMENT[field], head: value }]);
  });

  it('takes a quota that only one side has for a difference', () => {
    const { quota, ...free } = ENVIRONMENT;
    const comparison = compareResults({ ...resultOf([quiet]), environment: free }, resultOf([quiet]));
    expect(comparison.differences).toEqual([{ field: 'quota', base: undefined, head: quota }]);
  });

  it('is none of a build against itself, however noisy the machine', () => {
    const [base, head] = [[quiet], [caseOf('quiet', evenly(2.6, 0.01))]];
    const verdictOf = (one: Partial<Environment>, other: Partial<Environment>) =>
      compareResults(resultOf(base, one), resultOf(head, other));
    expect(verdictOf({}, {})).toMatchObject({ verdict: 'same build', exitCode: 3 });
    expect(verdictOf({ build: 'a' }, { build: 'a' })).toMatchObject({ verdict: 'same build', exitCode: 3 });
    // Other code around the same addon may be slower, and so may another Node.js.
    expect(verdictOf({ build: 'a' }, { build: 'b' })).toMatchObject({ verdict: 'regression', exitCode: 1 });
    expect(verdictOf({}, { build: 'b' })).toMatchObject({ verdict: 'regression', exitCode: 1 });
    expect(verdictOf({}, { addon: 'another' })).toMatchObject({ verdict: 'regression', exitCode: 1 });
    expect(verdictOf({}, { node: 'v99.0.0' })).toMatchObject({ verdict: 'regression', exitCode: 1 });
    expect(compareResults(resultOf(head), resultOf(base))).toMatchObject({ verdict: 'no regression', exitCode: 0 });
  });

  it('does not mind what one compares: versions, the addon, memory and load', () => {
    const other = { convkit: '9.0.0', addon: 'ff', node: 'v24.0.0', memory: 1, load: [9, 9, 9] };
    expect(compareResults(resultOf([quiet]), resultOf([quiet], other))).toMatchObject({ differences: [], exitCode: 0 });
  });

  it('cannot be made without cases', () => {
    const comparison = compareCases([quiet], [caseOf('other', [1, 2])]);
    expect(comparison).toMatchObject({ verdict: 'cannot decide', exitCode: 3, cases: [] });
    expect(comparison).not.toHaveProperty('geometricMean');
  });
});

describe('pairing', () => {
  const gemm = caseOf('conv', evenly(2, 0.01), { algorithm: 'gemm' });
  const winograd = caseOf('conv', evenly(1, 0.01), { algorithm: 'winograd' });
  const direct = caseOf('conv', evenly(3, 0.01), { algorithm: 'direct' });

  it('takes a case for the same when another algorithm was chosen', () => {
    const { cases, unpaired } = compareCases([gemm], [winograd]);
    expect(cases).toMatchObject([{ label: 'layers/conv (gemm → winograd, 1 thread)', verdict: 'faster' }]);
    expect(unpaired).toEqual([]);
  });

  it('keeps algorithms apart where a file has several', () => {
    const { cases, unpaired } = compareCases([gemm, direct], [winograd, gemm]);
    expect(cases).toMatchObject([{ label: 'layers/conv (gemm, 1 thread)', ratio: 1 }]);
    expect(unpaired).toEqual([
      { label: 'layers/conv (direct, 1 thread)', why: 'only in base' },
      { label: 'layers/conv (winograd, 1 thread)', why: 'only in head' },
    ]);
  });

  it('keeps suites, names and threads apart', () => {
    const others = [
      { ...quiet, suite: 'pool' },
      { ...quiet, name: 'x' },
      { ...quiet, threads: 2 },
    ];
    for (const other of others) expect(compareCases([quiet], [other]).cases).toEqual([]);
  });

  it('leaves peers out', () => {
    const peer = caseOf('conv', evenly(2, 0.01), { side: 'onnxruntime-node' });
    const slower = { ...peer, samples: evenly(4, 0.01) };
    const comparison = compareCases([quiet, peer], [quiet, slower]);
    expect(comparison).toMatchObject({ exitCode: 0, peers: 2 });
    expect(comparison.cases).toHaveLength(1);
  });

  it.each([
    ['failed in head', {}, { samples: [], error: 'a crash' }, 3],
    ['failed in base', { samples: [], error: 'a crash' }, {}, 0],
    ['failed in both', { samples: [], error: 'no' }, { samples: [], error: 'a crash' }, 0],
    ['other work', { operations: 10 }, { operations: 20 }, 3],
    ['other work', { bytes: 10 }, { bytes: 20 }, 3],
  ] as const)('reports a case that %s', (why, inBase, inHead, exitCode) => {
    const comparison = compareCases([quiet, { ...gemm, ...inBase }], [quiet, { ...gemm, ...inHead }]);
    const error = why === 'other work' ? {} : { error: 'a crash' };
    expect(comparison.unpaired).toEqual([{ label: 'layers/conv (gemm, 1 thread)', why, ...error }]);
    expect(comparison.exitCode).toBe(exitCode);
  });
});

describe('the whole', () => {
  const normal = normalSource(randomStream(3, 'whole'));
  const draw = (factor: number) =>
    ['a', 'b', 'c', 'd'].map((name) => caseOf(name, noisySample(normal, 40, 2 * factor, 0.04)));

  it('is a geometric mean, surer than any of its cases', () => {
    const { cases, geometricMean } = compareCases(draw(1), draw(1.04));
    const product = cases.reduce((sofar, { ratio }) => sofar * ratio, 1);
    expect(geometricMean?.ratio).toBeCloseTo(product ** (1 / 4), 12);
    const { low, high } = geometricMean!.interval;
    for (const { interval } of cases) expect(high - low).toBeLessThan(0.7 * (interval.high - interval.low));
  });

  it('has an interval that covers the true mean as often as it says', () => {
    let covered = 0;
    for (let trial = 0; trial < 200; trial++) {
      const options = { seed: trial, resamples: 400 };
      const { geometricMean } = compareResults(resultOf(draw(1)), resultOf(draw(1.04)), options);
      const { low, high } = geometricMean!.interval;
      if (low <= 1.04 && high >= 1.04) covered++;
    }
    // 95 %; 3 % are two standard errors of 200 trials.
    expect(covered).toBeGreaterThan(184);
    expect(covered).toBeLessThan(200);
  });

  it('is the same for the same seed, and a case does not depend on the others', () => {
    const [base, head] = [draw(1), draw(1)];
    const compare = (cases: number, seed: number) =>
      compareResults(resultOf(base.slice(0, cases)), resultOf(head.slice(0, cases)), { seed });
    expect(compare(4, 1)).toEqual(compare(4, 1));
    expect(compare(4, 1).cases[0].interval).toEqual(compare(1, 1).cases[0].interval);
    expect(compare(4, 1).cases[0].interval).not.toEqual(compare(4, 2).cases[0].interval);
  });
});

describe('bad criteria', () => {
  it.each([{ threshold: 0 }, { threshold: Number.NaN }, { alpha: 1 }, { alpha: 0 }, { seed: 0.5 }, { resamples: 10 }])(
    'are refused: %j',
    (criteria) => {
      expect(() => compareResults(resultOf([quiet]), resultOf([quiet]), criteria)).toThrow(BenchError);
      const [[name, value]] = Object.entries(criteria);
      expect(() => compareResults(resultOf([quiet]), resultOf([quiet]), criteria)).toThrow(`${name} must be`);
      expect(() => compareResults(resultOf([quiet]), resultOf([quiet]), criteria)).toThrow(`got ${value}`);
    },
  );
});
