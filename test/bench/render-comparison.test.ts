import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { compareResults } from '../../src/bench/compare.js';
import { renderComparison } from '../../src/bench/render-comparison.js';
import type { BenchCase } from '../../src/bench/result.js';
import { caseOf, resultOf } from './noisy-results.js';

/** Times at `median` but for a few on either side, so that the interval is the median itself. */
function still(median: number, count = 40): number[] {
  return Array.from({ length: count }, (_, index) => median * (index < 3 ? 0.99 : index > count - 4 ? 1.01 : 1));
}

/** Half of the times at each end, so that nobody knows the median. */
function torn(median: number): number[] {
  return Array.from({ length: 40 }, (_, index) => median * (index % 2 === 0 ? 0.8 : 1.2) * (1 + index / 1e4));
}

function rendered(base: readonly BenchCase[], head: readonly BenchCase[]): string {
  return renderComparison(compareResults(resultOf(base), resultOf(head, { convkit: '0.2.0', addon: 'ff'.repeat(32) })));
}

function lastLines(text: string): string[] {
  return text.trimEnd().split('\n\n').at(-1)!.split('\n');
}

const conv = caseOf('conv', still(2));
const pool = caseOf('pool', still(0.25), { suite: 'pool', threads: 2 });

describe('a comparison for a terminal', () => {
  it('says that it is the machine where both files are of one build', () => {
    const [text] = lastLines(renderComparison(compareResults(resultOf([conv]), resultOf([caseOf('conv', still(3))]))));
    expect(text).toBe(
      'Both files are of one build (addon a1b2c3d4e5f6), so this is the machine, not convkit: 1 of 1 case slower by more ' +
        'than 5 %: layers/conv (1 thread) by 50 %. `convkit bench doctor` says what may be the cause.',
    );
  });

  it('is a table, what could not be compared, and the verdict', () => {
    const peer = caseOf('conv', still(1), { side: 'onnxruntime-node' });
    const base = [conv, pool, caseOf('gone', [1]), caseOf('crash', still(1)), peer];
    const head = [
      caseOf('conv', still(2.2)),
      { ...pool, samples: still(0.2) },
      caseOf('crash', [], { error: 'no memory' }),
    ];
    // Their few values beyond the median are outliers, since the quartiles lie on it: 6 of 40.
    expect(rendered(base, head)).toBe(
      `base: convkit 0.1.0, addon a1b2c3d4e5f6, Node.js v20.19.0
head: convkit 0.2.0, addon ffffffffffff, Node.js v20.19.0

case                         base       head   change      95 % interval        p  verdict
──────────────────────────────────────────────────────────────────────────────────────────
layers/conv (1 thread)   2.000 ms   2.200 ms  +10.0 %  +10.0 % … +10.0 %  < 0.001  slower
pool/pool (2 threads)   0.2500 ms  0.2000 ms  −20.0 %  −20.0 % … −20.0 %  < 0.001  faster
──────────────────────────────────────────────────────────────────────────────────────────
geometric mean                                 −6.2 %    −6.2 % … −6.2 %

layers/conv (1 thread): 15 % of base's times and 15 % of head's are outliers.
pool/pool (2 threads): 15 % of base's times and 15 % of head's are outliers.
1 time of peers is left out.

layers/gone (1 thread): only in base
layers/crash (1 thread): failed in head: no memory

Regression: 1 of 2 cases slower by more than 5 %: layers/conv (1 thread) by 10 %.
The smallest slowdown that would have been seen in every case (the noisiest is layers/conv (1 thread)) is 5 %.
`,
    );
  });

  it('colors nothing but the verdicts', () => {
    const comparison = compareResults(resultOf([conv, pool]), resultOf([caseOf('conv', still(2.2)), pool]));
    const plain = renderComparison(comparison);
    const color = renderComparison(comparison, { color: true });
    expect(plain).not.toContain('\u001b');
    expect(stripVTControlCharacters(color)).toBe(plain);
    expect(color).toContain('\u001b[31mslower\u001b[39m');
    expect(color).toContain('\u001b[2msame\u001b[22m');
    expect(color.split('\u001b')).toHaveLength(5);
  });

  it('says in one sentence that there is no regression, and what it could have seen', () => {
    expect(lastLines(rendered([conv], [conv]))).toEqual([
      'No regression: no case is shown to be slower by more than 5 %.',
      'The smallest slowdown that would have been seen is 5 %.',
    ]);
  });

  it('says why it cannot decide', () => {
    const [verdict, seen] = lastLines(rendered([conv, caseOf('torn', torn(2))], [conv, caseOf('torn', torn(2.2))]));
    expect(verdict).toBe(
      'Cannot decide whether there is a regression: in 1 of 2 cases the times are too noisy or too few to exclude a ' +
        'slowdown of 10 %; these look slower: layers/torn (1 thread) (+10.0 %).',
    );
    expect(seen).toMatch(
      /^The smallest slowdown that would have been seen in every case \(the noisiest is layers\/torn \(1 thread\)\) is \d\d/,
    );
  });

  it('says that samples are too few', () => {
    expect(lastLines(rendered([conv, caseOf('few', [1, 2])], [conv, caseOf('few', [1, 2])])).at(-1)).toBe(
      'In 1 of 2 cases no slowdown, however large, could have been shown: too few samples.',
    );
  });

  it('says that there is nothing to compare, or that a case broke', () => {
    expect(lastLines(rendered([conv], [pool]))).toEqual([
      'Cannot decide whether there is a regression: the files have no times of the same work.',
    ]);
    const broken = { ...pool, samples: [], error: 'a crash' };
    expect(lastLines(rendered([conv, pool], [conv, broken]))[0]).toBe(
      'Cannot decide whether there is a regression: not compared: pool/pool (2 threads).',
    );
  });

  it('says in which facts the machines differ', () => {
    const comparison = compareResults(resultOf([conv]), resultOf([conv], { cpu: 'Another', threads: 1 }));
    expect(lastLines(renderComparison(comparison))[0]).toBe(
      'Not comparable: cpu is A processor in base, Another in head; threads is 2 in base, 1 in head.',
    );
  });
});
