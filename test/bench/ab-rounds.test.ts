import { describe, expect, it } from 'vitest';
import { interleave, merged } from '../../src/bench/ab/rounds.js';
import type { BenchCase, BenchResult } from '../../src/bench/result.js';

const ENVIRONMENT: BenchResult['environment'] = {
  convkit: '1.2.3',
  backend: 'typescript',
  isa: 'typescript',
  threads: 1,
  cpu: 'a processor',
  processors: 2,
  memory: 1,
  node: 'v20.20.0',
  platform: 'linux',
  arch: 'x64',
  load: [0, 0, 0],
};

function result(...cases: readonly Partial<BenchCase>[]): BenchResult {
  return {
    schema: 'convkit-bench/1',
    created: '2025-01-01T00:00:00Z',
    command: [],
    environment: ENVIRONMENT,
    cases: cases.map((one) => ({
      suite: 'layers',
      name: 'a',
      side: 'convkit',
      threads: 1,
      runsPerSample: 1,
      samples: [1],
      ...one,
    })),
  };
}

describe('rounds of two builds', () => {
  it('go base, head, head, base, and give each process one sample, its fastest', async () => {
    const order: string[] = [];
    let time = 0;
    const measure = (side: string) => async () => {
      order.push(side);
      time++;
      return result({ samples: [time + 2, time, time + 10] });
    };
    const seen: number[] = [];
    const { base, head } = await interleave(measure('base'), measure('head'), 3, (done) => seen.push(done));
    expect(order).toEqual(['base', 'head', 'head', 'base', 'base', 'head']);
    expect(base.cases[0]?.samples).toEqual([1, 4, 5]);
    expect(head.cases[0]?.samples).toEqual([2, 3, 6]);
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('pass on what a process throws', async () => {
    const broken = () => Promise.reject(new Error('no such build'));
    await expect(interleave(async () => result({}), broken, 2)).rejects.toThrow('no such build');
  });
});

describe('merging', () => {
  it('keeps cases apart that differ in anything that names them', () => {
    const one = result({}, { threads: 2 }, { algorithm: 'direct' }, { side: 'peer' }, { name: 'b' }, { suite: 'pool' });
    expect(merged([one, one]).cases.map(({ samples }) => samples)).toEqual(Array(6).fill([1, 1]));
  });

  it('lets a case that failed somewhere have the samples of the others', () => {
    const failed = result({ samples: [], error: 'out of memory' });
    expect(merged([failed, failed]).cases[0]).toMatchObject({ samples: [], error: 'out of memory' });
    const [both] = merged([failed, result({})]).cases;
    expect(both?.samples).toEqual([1]);
    expect(both).not.toHaveProperty('error');
  });

  it('takes a case that only some have', () => {
    expect(merged([result({}), result({ name: 'b' })]).cases.map(({ name }) => name)).toEqual(['a', 'b']);
  });
});
