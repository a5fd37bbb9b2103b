import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sample } from '../../src/bench/run/sampler.js';

const SHORT = { seconds: 0.005, samples: 3 };

/**
 * The clock that benchmark.js reads, so that runs take what a test says, on a busy machine too. Each reading takes a nanosecond:
 * benchmark.js looks for the least that a clock tells.
 */
let nanoseconds = 0;
const spend = (milliseconds: number) => {
  nanoseconds += 1e6 * milliseconds;
};
const { hrtime } = process;

function read(since: [number, number] = [0, 0]): [number, number] {
  const passed = ++nanoseconds - 1e9 * since[0] - since[1];
  return [Math.floor(passed / 1e9), passed % 1e9];
}

beforeAll(() => {
  process.hrtime = Object.assign(read, { bigint: hrtime.bigint });
});
afterAll(() => {
  process.hrtime = hrtime;
});

/** Fails in the run of this number, from 1. */
function failsAt(run: number, reason: unknown): () => void {
  let runs = 0;
  return () => {
    spend(0.01);
    if (++runs === run) throw reason;
  };
}

describe('sampling', () => {
  it('repeats what is short until the clock can tell, and gives the time of one run', async () => {
    let runs = 0;
    const run = () => {
      spend(0.01);
      runs++;
    };
    const { runsPerSample, samples } = await sample(run, SHORT);
    expect(samples.length).toBeGreaterThanOrEqual(3);
    // What 5 ms hold.
    expect(runsPerSample).toBe(500);
    expect(runs).toBeGreaterThanOrEqual(runsPerSample * samples.length);
    // Seconds or a whole sample's time would be found out.
    for (const milliseconds of samples) expect(milliseconds).toBeCloseTo(0.01, 6);
  });

  it('awaits what is asynchronous, one run after the other', async () => {
    let [under, most] = [0, 0];
    const run = async () => {
      most = Math.max(most, ++under);
      await nextTurn();
      spend(2);
      under--;
    };
    const { runsPerSample, samples } = await sample(run, SHORT);
    expect(samples.length).toBeGreaterThanOrEqual(3);
    expect({ under, most, runsPerSample }).toEqual({ under: 0, most: 1, runsPerSample: 3 });
    for (const milliseconds of samples) expect(milliseconds).toBeCloseTo(2, 6);
  });

  it('takes as many samples as are asked for, if they are slow', async () => {
    const slow = async () => {
      await nextTurn();
      spend(50);
    };
    const { runsPerSample, samples } = await sample(slow, { seconds: 0.001, samples: 7 });
    expect(runsPerSample).toBe(1);
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
