import type { BenchCase, BenchResult, Environment } from '../../src/bench/result.js';

export const ENVIRONMENT: Environment = {
  convkit: '1.2.3',
  addon: 'c0ffee',
  backend: 'native',
  isa: 'avx2',
  threads: 2,
  cpu: 'Example CPU',
  processors: 4,
  memory: 8e9,
  node: 'v22.1.0',
  platform: 'linux',
  arch: 'x64',
  load: [0.1, 0.2, 0.3],
};

/** 2 GFLOP and 100 MB a run; samples of 9, 10 and 11 ms: 200 GFLOP/s and 10 GB/s at the median. */
export function benchCase(change: Partial<BenchCase> = {}): BenchCase {
  return {
    suite: 'layers',
    name: 'conv',
    side: 'convkit',
    threads: 1,
    algorithm: 'gemm',
    operations: 2e9,
    bytes: 1e8,
    runsPerSample: 5,
    samples: [11, 9, 10],
    ...change,
  };
}

/** The same without some of its fields. */
export function without<Key extends keyof BenchCase>(from: BenchCase, ...keys: Key[]): Omit<BenchCase, Key> {
  const copy: Partial<BenchCase> = { ...from };
  for (const key of keys) delete copy[key];
  return copy as Omit<BenchCase, Key>;
}

/** On a machine of 250 GFLOP/s and 50 GB/s. */
export function benchResult(cases: readonly BenchCase[], change: Partial<BenchResult> = {}): BenchResult {
  return {
    schema: 'convkit-bench/1',
    created: '2026-01-02T03:04:05.000Z',
    command: ['convkit', 'bench', 'layers'],
    environment: ENVIRONMENT,
    roof: { gflops: 250, bandwidth: 50 },
    cases,
    ...change,
  };
}

export const FAILED: BenchCase = benchCase({ name: 'fails', samples: [], error: 'cannot do <this> | that' });
