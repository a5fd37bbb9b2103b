import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { sample } from '../../src/bench/run/sampler.js';

const SHORT = { seconds: 0.005, samples: 3 };

/** Fails in the run of this number, from 1. */
function failsAt(run: number, reason: unknown): () => void {
  let runs = 0;
  return () => {
    if (++runs === run) throw reason;
  };
}

describe('sampling', () => {
  it('repeats what is short until the clock can tell, and gives the time of one run', async () => {
    let runs = 0;
    const { runsPerSample, samples } = await sample(() => runs++, SHORT);
    expect(samples.length).toBeGreaterThanOrEqual(3);
    expect(runsPerSample).toBeGreaterThan(1);
    expect(runs).toBeGreaterThanOrEqual(runsPerSample * samples.length);
    // An increment takes a millisecond on no machine: seconds or a whole sample's time would be found out.
    for (const milliseconds of samples) expect(milliseconds).toBeGreaterThan(0);
    expect(Math.min(...samples)).toBeLessThan(1);
  });

  it('awaits what is asynchronous, one run after the other', async () => {
    let [under, most] = [0, 0];
    const run = async () => {
      most = Math.max(most, ++under);
      await wait(2);
      under--;
    };
    const { samples } = await sample(run, SHORT);
    expect(samples.length).toBeGreaterThanOrEqual(3);
    expect({ under, most }).toEqual({ under: 0, most: 1 });
    // A timer may be early by what its clock rounds off, never by half.
    for (const milliseconds of samples) expect(milliseconds).toBeGreaterThan(1);
  });

  it('takes as many samples as are asked for, if they are slow', async () => {
    const { samples } = await sample(() => wait(1), { seconds: 0.001, samples: 7 });
    expect(samples.length).toBeGreaterThanOrEqual(7);
  });

  it.each([1, 2, 5])('passes on what run %i throws', async (run) => {
    const reason = new Error('broken');
    await expect(sample(failsAt(run, reason), SHORT)).rejects.toBe(reason);
  });

  it.each([1, 2, 5])('passes on what run %i rejects with', async (run) => {
    const reason = new Error('broken');
    const fail = failsAt(run, reason);
    await expect(sample(async () => fail(), SHORT)).rejects.toBe(reason);
  });
});
