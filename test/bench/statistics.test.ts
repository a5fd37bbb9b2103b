import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bootstrapRatios, percentileInterval } from '../../src/bench/statistics/bootstrap.js';
import { geometricMean } from '../../src/bench/statistics/geometric-mean.js';
import { holm } from '../../src/bench/statistics/holm.js';
import { mannWhitney, smallestP } from '../../src/bench/statistics/mann-whitney.js';
import { medianInterval } from '../../src/bench/statistics/median-interval.js';
import { normalDeviate, normalUpperTail } from '../../src/bench/statistics/normal.js';
import { outlierShare } from '../../src/bench/statistics/outliers.js';
import { median, quantile } from '../../src/bench/statistics/quantile.js';
import { randomStream, xoshiro128 } from '../../src/bench/statistics/random.js';
import { noisySample, normalSource } from './noise.js';

/** What NumPy and SciPy answer; scripts/fixtures/statistics.py writes it. */
interface Goldens {
  readonly quantiles: { values: number[]; p: number; expected: number }[];
  readonly geometricMeans: { values: number[]; expected: number }[];
  readonly medianIntervals: { values: number[]; confidence: number; low: number; high: number; actual: number }[];
  readonly upperTails: { z: number; expected: number }[];
  readonly mannWhitney: { x: number[]; y: number[]; method: string; u: number; p: number }[];
  readonly holm: { ps: number[]; expected: number[] }[];
  readonly bootstrap: { base: number[]; head: number[]; low: number; high: number }[];
  readonly xoshiro128: { state: [number, number, number, number]; words: number[] }[];
}

const goldens: Goldens = JSON.parse(readFileSync(new URL('../fixtures/statistics.json', import.meta.url), 'utf8'));

/** Relative, since p-values of 1e-300 must be right, too. */
function expectClose(actual: number, expected: number, tolerance = 1e-11): void {
  const scale = Math.abs(expected) || 1;
  expect(Math.abs(actual - expected) / scale, `${actual} instead of ${expected}`).toBeLessThan(tolerance);
}

describe('quantiles', () => {
  it.each(goldens.quantiles)('as NumPy: $p of $values.length values', ({ values, p, expected }) => {
    expectClose(quantile(values, p), expected, 1e-15);
  });

  it('leave the sample as it was, and sort by value', () => {
    const values = [10, 9, 1];
    expect(median(values)).toBe(9);
    expect(values).toEqual([10, 9, 1]);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBeNaN();
  });
});

describe('the geometric mean', () => {
  it.each(goldens.geometricMeans)('as SciPy: of $values.length values', ({ values, expected }) => {
    expectClose(geometricMean(values), expected);
  });

  it('does not leave the range of a double', () => {
    expectClose(geometricMean(new Array(400).fill(1e-200)), 1e-200);
    expect(geometricMean([])).toBeNaN();
  });
});

describe('the interval of a median', () => {
  it.each(goldens.medianIntervals)('as SciPy: $values.length values at $confidence', (golden) => {
    const { low, high, confidence } = medianInterval(golden.values, golden.confidence);
    expect({ low, high }).toEqual({ low: golden.low, high: golden.high });
    expectClose(confidence, golden.actual);
    expect(confidence).toBeGreaterThanOrEqual(golden.confidence);
  });

  it('is the whole range where samples are too few, and says what that is worth', () => {
    expect(medianInterval([3, 1, 2])).toEqual({ low: 1, high: 3, confidence: 0.75 });
    expect(medianInterval([7])).toEqual({ low: 7, high: 7, confidence: 0 });
  });

  it('stands thousands of samples, though 2^-n is 0 there', () => {
    const { low, high, confidence } = medianInterval(Float64Array.from({ length: 5000 }, (_, index) => index));
    // scipy.stats.binom(5000, 0.5): ppf(0.025) = 2431, and 1 - 2 * cdf(2430) is the confidence.
    expect([low, high]).toEqual([2430, 2569]);
    expectClose(confidence, 0.9506841418958285, 1e-9);
  });
});

describe('the normal tail', () => {
  it.each(goldens.upperTails)('as SciPy: above $z', ({ z, expected }) => {
    expectClose(normalUpperTail(z), expected);
  });

  it.each([-1.5, 0.3, 1.96, 4, 9])('is undone: %d', (z) => {
    expectClose(normalDeviate(normalUpperTail(z)), z, 1e-9);
  });
});

describe('the test of Mann and Whitney', () => {
  it.each(goldens.mannWhitney)('as SciPy, $method: $x.length and $y.length samples, U = $u', (golden) => {
    const { u, p, method } = mannWhitney(golden.x, golden.y);
    expect({ u, method }).toEqual({ u: golden.u, method: golden.method });
    expectClose(p, golden.p);
  });

  it('gives both orders the same p', () => {
    const [x, y] = [
      [1, 5, 7, 9],
      [2, 8, 10, 12, 14],
    ];
    expect(mannWhitney(x, y)).toMatchObject({ u: 4, p: mannWhitney(y, x).p });
  });

  it('finds nothing in equal values', () => {
    expect(mannWhitney([3, 3, 3], [3, 3])).toEqual({ u: 3, p: 1, method: 'asymptotic' });
  });

  it('knows the smallest p that so few samples can give', () => {
    expectClose(smallestP(3, 3), 2 / 20);
    expectClose(smallestP(6, 6), 2 / 924);
    expect(smallestP(30, 30)).toBeLessThan(1e-9);
  });
});

describe("Holm's correction", () => {
  it.each(goldens.holm)('of $ps', ({ ps, expected }) => {
    expect(holm(ps)).toEqual(expected);
  });
});

describe('the generator', () => {
  it.each(goldens.xoshiro128)('is xoshiro128**, from $state', ({ state, words }) => {
    const next = xoshiro128(state);
    expect(words.map(() => next())).toEqual(words);
  });

  it('gives each seed and each name a stream of its own, and every time the same', () => {
    const streams = [
      [1, 'a'],
      [1, 'b'],
      [2, 'a'],
      [0, ''],
      [-1, ''],
    ] as const;
    const draw = (seed: number, name: string) => {
      const next = randomStream(seed, name);
      return Array.from({ length: 4 }, next);
    };
    const drawn = streams.map(([seed, name]) => draw(seed, name));
    expect(new Set(drawn.flat()).size).toBe(20);
    expect(streams.map(([seed, name]) => draw(seed, name))).toEqual(drawn);
  });
});

describe('the bootstrap', () => {
  it.each(goldens.bootstrap)('as SciPy: $base.length and $head.length samples', ({ base, head, low, high }) => {
    const interval = percentileInterval(bootstrapRatios(base, head, 20_000, randomStream(5, '')), 0.95);
    // Between two of SciPy's own runs of 20,000 resamples they differ by a tenth of a percent.
    expectClose(interval.low, low, 0.002);
    expectClose(interval.high, high, 0.002);
  });

  it('is the same for the same seed, and only for it', () => {
    const { base, head } = goldens.bootstrap[1];
    const draws = (seed: number) => bootstrapRatios(base, head, 200, randomStream(seed, 'conv'));
    expect(draws(1)).toEqual(draws(1));
    expect(draws(1)).not.toEqual(draws(2));
  });

  it('resamples medians of even and odd counts alike, down to one value', () => {
    expect([...bootstrapRatios([2], [3], 3, randomStream(1, ''))]).toEqual([1.5, 1.5, 1.5]);
    const draws = bootstrapRatios([1], [1, 2], 4000, randomStream(1, ''));
    const share = (value: number) => draws.filter((draw) => draw === value).length / draws.length;
    expect(share(1)).toBeCloseTo(0.25, 1);
    expect(share(1.5)).toBeCloseTo(0.5, 1);
    expect(share(2)).toBeCloseTo(0.25, 1);
  });

  it('covers the true ratio as often as it says', () => {
    const normal = normalSource(randomStream(11, 'coverage'));
    let covered = 0;
    for (let trial = 0; trial < 1000; trial++) {
      const [base, head] = [noisySample(normal, 30, 2, 0.05), noisySample(normal, 30, 2.2, 0.05)];
      const { low, high } = percentileInterval(bootstrapRatios(base, head, 500, randomStream(trial, '')), 0.95);
      if (low <= 1.1 && high >= 1.1) covered++;
    }
    // 95 %, a little more since medians take few values; ±1.4 % are two standard errors of 1000 trials.
    expect(covered).toBeGreaterThan(936);
    expect(covered).toBeLessThan(985);
  });
});

describe('outliers', () => {
  it('are counted beyond 1.5 interquartile ranges, on both sides', () => {
    // Quartiles 2.25 and 6.75, so the fences are -4.5 and 13.5.
    expect(outlierShare([0, 1, 2, 3, 4, 5, 6, 7, 8, 13])).toBe(0);
    expect(outlierShare([0, 1, 2, 3, 4, 5, 6, 7, 8, 14])).toBe(0.1);
    expect(outlierShare([-60, 1, 2, 3, 4, 5, 6, 7, 8, 60])).toBe(0.2);
    expect(outlierShare([])).toBe(0);
  });
});
