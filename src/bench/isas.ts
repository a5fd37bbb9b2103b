import type { BenchResult, Roof } from './result.js';

/**
 * One result of several that were measured with an instruction set each: where there is more than one, cases are called
 * `name:avx2`, so that they stay apart in tables, pages and comparisons.
 */
export function mergeIsas(results: ReadonlyMap<string, BenchResult>): BenchResult {
  const [first] = results.values();
  if (first === undefined) throw new RangeError('there is nothing to merge');
  if (results.size === 1) return first;
  const { roof: _, ...rest } = first;
  const roofs = [...results.values()].flatMap(({ roof }) => (roof === undefined ? [] : [roof]));
  return {
    ...rest,
    environment: { ...first.environment, isa: [...results.keys()].join(',') },
    ...(roofs.length === 0 ? {} : { roof: roofs.reduce(higher) }),
    cases: [...results].flatMap(([isa, { cases }]) => cases.map((one) => ({ ...one, name: `${one.name}:${isa}` }))),
  };
}

/** What this machine can do is what its best instructions can: a lower set is to be seen falling short of it. */
function higher(a: Roof, b: Roof): Roof {
  return b.gflops > a.gflops ? b : a;
}
