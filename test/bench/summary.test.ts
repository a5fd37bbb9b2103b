import { describe, expect, it } from 'vitest';
import { medianInterval } from '../../src/bench/statistics/median-interval.js';
import { sortedQuantile } from '../../src/bench/statistics/quantile.js';
import { summarize } from '../../src/bench/summary.js';
import { benchCase, without } from './results.js';

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

describe('the interval of the median', () => {
  // Conover's table of the binomial distribution: the tail of both sides stays below 5 %.
  it.each([
    [1, 1, 1],
    [5, 1, 5],
    [6, 1, 6],
    [8, 1, 8],
    [9, 2, 8],
    [20, 6, 15],
    [100, 40, 61],
  ])('of %i samples lies between the %i. and the %i.', (n, low, high) => {
    expect(medianInterval(upTo(n))).toMatchObject({ low, high });
  });

  it('does not underflow with many samples', () => {
    const { low, high } = medianInterval(upTo(2000));
    // Normal approximation: n / 2 ± 1.96 · √n / 2.
    expect(Math.abs(low - (1000 - 0.98 * Math.sqrt(2000)))).toBeLessThan(2);
    expect(low + high).toBe(2001);
  });
});

describe('quantile', () => {
  it.each([
    [[3], 0.5, 3],
    [[1, 2], 0.5, 1.5],
    [[1, 2, 3, 10], 0.25, 1.75],
    [[1, 2, 3], 1, 3],
  ])('of %j at %f is %f', (sorted, fraction, expected) => {
    expect(sortedQuantile(sorted, fraction)).toBe(expected);
  });
});

describe('summarize', () => {
  it('gives rates and the larger share of the roof', () => {
    expect(summarize(benchCase(), { gflops: 250, bandwidth: 50 })).toEqual({
      median: 10,
      low: 9,
      high: 11,
      minimum: 9,
      gflops: 200,
      gigabytesPerSecond: 10,
      share: 0.8,
    });
    expect(summarize(benchCase(), { gflops: 1000, bandwidth: 20 })?.share).toBe(0.5);
  });

  it('raises the roof with the threads', () => {
    expect(summarize(benchCase({ threads: 4 }), { gflops: 250, bandwidth: 50 })?.share).toBe(0.2);
  });

  it('leaves out what is unknown', () => {
    const bare = without(benchCase(), 'operations', 'bytes');
    expect(summarize(bare, { gflops: 250, bandwidth: 50 })).toEqual({ median: 10, low: 9, high: 11, minimum: 9 });
    expect(summarize(benchCase())).not.toHaveProperty('share');
    expect(summarize(benchCase({ samples: [] }))).toBeUndefined();
  });

  it('says nothing of the rate of a run that the clock did not see', () => {
    expect(summarize(benchCase({ samples: [0, 0, 0] }), { gflops: 250, bandwidth: 50 })).toEqual({
      median: 0,
      low: 0,
      high: 0,
      minimum: 0,
    });
  });

  it('leaves the samples in their order', () => {
    const samples = [3, 1, 2];
    summarize(benchCase({ samples }));
    expect(samples).toEqual([3, 1, 2]);
  });
});
