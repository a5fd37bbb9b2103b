import type { BenchCase, BenchResult, Environment } from '../../src/bench/result.js';

export const ENVIRONMENT: Environment = {
  convkit: '0.1.0',
  addon: 'a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90',
  backend: 'native',
  isa: 'avx2',
  threads: 2,
  cpu: 'A processor',
  processors: 4,
  quota: 3.5,
  memory: 2 ** 34,
  node: 'v20.19.0',
  platform: 'linux',
  arch: 'x64',
  load: [0.25, 0, 1.5],
};

/** A case of the suite 'layers' on one thread. */
export function caseOf(name: string, samples: readonly number[], facts: Partial<BenchCase> = {}): BenchCase {
  return { suite: 'layers', name, side: 'convkit', threads: 1, runsPerSample: 4, samples, ...facts };
}

export function resultOf(cases: readonly BenchCase[], environment: Partial<Environment> = {}): BenchResult {
  return {
    schema: 'convkit-bench/1',
    created: '2026-02-03T04:05:06.789Z',
    command: ['convkit', 'bench', 'layers'],
    environment: { ...ENVIRONMENT, ...environment },
    cases,
  };
}
