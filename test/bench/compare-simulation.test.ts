import { describe, expect, it } from 'vitest';
import { compareResults } from '../../src/bench/compare.js';
import type { BenchResult } from '../../src/bench/result.js';
import { randomStream } from '../../src/bench/statistics/random.js';
import { noisySample, normalSource } from './noise.js';
import { caseOf, resultOf } from './noisy-results.js';

/** Enough for the verdicts, and a simulation that takes seconds. */
const RESAMPLES = 500;

const SEED = 20260203;

interface Machine {
  readonly cases: number;
  readonly samples: number;
  /** Standard deviation of the times' logarithms. */
  readonly noise: number;
}

/** Draws result files of a machine whose case 0 takes `factor` times as long as usual. */
function fileSource(name: string, { cases, samples, noise }: Machine): (factor?: number) => BenchResult {
  const normal = normalSource(randomStream(SEED, name));
  let builds = 0;
  return (factor = 1) =>
    resultOf(
      Array.from({ length: cases }, (_, index) =>
        caseOf(`case ${index}`, noisySample(normal, samples, (1 + index) * (index === 0 ? factor : 1), noise)),
      ),
      // Of a build of its own: of one build nothing is a regression.
      { build: String(++builds) },
    );
}

/** How often each exit code comes out of comparisons of a file to one whose first case is slower. */
function exitCodes(name: string, machine: Machine, trials: number, factor: number): Record<number, number> {
  const draw = fileSource(name, machine);
  const codes: Record<number, number> = {};
  for (let trial = 0; trial < trials; trial++) {
    const { exitCode, cases } = compareResults(draw(), draw(factor), { seed: trial, resamples: RESAMPLES });
    codes[exitCode] = (codes[exitCode] ?? 0) + 1;
    if (factor > 1 && exitCode === 1) expect(cases.filter(({ verdict }) => verdict === 'slower')).toEqual([cases[0]]);
  }
  return codes;
}

describe(`the gate, on simulated machines (seed ${SEED})`, () => {
  it('raises no alarm when nothing changed: 200 comparisons of 24 cases with 5 % noise', () => {
    const codes = exitCodes('A/A', { cases: 24, samples: 30, noise: 0.05 }, 200, 1);
    expect(codes[1]).toBeUndefined();
    // Chance makes one case in many thousands look slower, which is no alarm, but no clean bill either.
    expect(codes[0]).toBeGreaterThanOrEqual(198);
  });

  it('finds every slowdown of 10 % in 60 samples with 3 % noise', () => {
    expect(exitCodes('10 %', { cases: 24, samples: 60, noise: 0.03 }, 50, 1.1)).toEqual({ 1: 50 });
  });

  it('never fails for a slowdown of 2 %', () => {
    expect(exitCodes('2 %', { cases: 24, samples: 60, noise: 0.03 }, 50, 1.02)).toEqual({ 0: 50 });
  });

  it('says that it cannot decide where noise would hide a slowdown of 10 %', () => {
    const codes = exitCodes('noise', { cases: 24, samples: 12, noise: 0.2 }, 50, 1);
    // Noise beyond the threshold leaves the test's own promise only: a false alarm in 5 % of comparisons at most.
    expect(codes[1] ?? 0).toBeLessThanOrEqual(4);
    expect(codes[3]).toBe(50 - (codes[1] ?? 0));
  });

  it.each([
    ['quiet', 40, 0.02],
    ['noisy', 40, 0.08],
    ['few samples', 12, 0.04],
  ] as const)('finds slowdowns that it calls detectable: %s', (name, samples, noise) => {
    const draw = fileSource(name, { cases: 8, samples, noise });
    const options = { resamples: RESAMPLES };
    const sizes = Array.from({ length: 40 }, () => compareResults(draw(), draw(), options).cases[0].smallestDetectable);
    const typical = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
    const found = (slowdown: number) => {
      let count = 0;
      for (let trial = 0; trial < 60; trial++) {
        const { cases } = compareResults(draw(), draw(1 + slowdown), options);
        if (cases[0].verdict === 'slower') count++;
      }
      return count / 60;
    };
    expect(found(typical)).toBeGreaterThan(0.9);
    // And it is not called undetectable either what would have been seen anyway.
    expect(found(0.05 + (typical - 0.05) / 3)).toBeLessThan(0.7);
  });
});
