import { describe, expect, it } from 'vitest';
import { mergeIsas } from '../../src/bench/isas.js';
import { parseResult, serializeResult } from '../../src/bench/result.js';
import { benchCase, benchResult, ENVIRONMENT } from './results.js';

const of = (isa: string, gflops: number) =>
  benchResult([benchCase(), benchCase({ side: 'peer' })], {
    environment: { ...ENVIRONMENT, isa },
    roof: { gflops, bandwidth: 50 },
  });

describe('results of several instruction sets', () => {
  it('call each case by its own, and all are measured against the highest roof', () => {
    const merged = mergeIsas(
      new Map([
        ['baseline', of('baseline', 60)],
        ['avx512', of('avx512', 250)],
        ['avx2', of('avx2', 125)],
      ]),
    );
    expect(merged.cases.map(({ name, side }) => [name, side])).toEqual([
      ['conv:baseline', 'convkit'],
      ['conv:baseline', 'peer'],
      ['conv:avx512', 'convkit'],
      ['conv:avx512', 'peer'],
      ['conv:avx2', 'convkit'],
      ['conv:avx2', 'peer'],
    ]);
    expect(merged.environment.isa).toBe('baseline,avx512,avx2');
    expect(merged.roof?.gflops).toBe(250);
    expect(parseResult(serializeResult(merged), 'merged')).toEqual(merged);
  });

  it('stay as they are where there is one', () => {
    const one = of('avx2', 125);
    expect(mergeIsas(new Map([['avx2', one]]))).toEqual(one);
  });
});
