import { Script } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { htmlReport } from '../../src/bench/html/report.js';
import type { BenchCase, BenchResult } from '../../src/bench/result.js';
import { ArgumentError } from '../../src/errors.js';
import { parsePage } from './parse-markup.js';
import { benchCase, benchResult, ENVIRONMENT, FAILED, without } from './results.js';

const spread = (median: number, count = 20) => Array.from({ length: count }, (_, i) => median * (1 + (i - 10) / 200));

/** Ours twice as fast at `conv`, half as fast at `pool`, and four times as fast with two threads. */
const CASES: readonly BenchCase[] = [
  benchCase({ name: 'conv', samples: spread(10) }),
  benchCase({ name: 'conv', side: 'rival', samples: spread(20) }),
  benchCase({ name: 'pool', samples: spread(10), algorithm: 'plain' }),
  benchCase({ name: 'pool', side: 'rival', samples: spread(5) }),
  benchCase({ name: 'conv', threads: 2, samples: spread(5) }),
  benchCase({ name: 'conv', threads: 2, side: 'rival', samples: spread(20) }),
  FAILED,
];

const file = (created: string, samples: number[]) =>
  benchResult([benchCase({ samples })], { created, environment: { ...ENVIRONMENT, convkit: created } });

const sectionsOf = (page: string) =>
  parsePage(page)
    .elements.filter(({ name }) => name === 'section')
    .map(({ attributes }) => attributes.get('id'));

describe('a report', () => {
  const page = htmlReport([benchResult(CASES)]);
  const parsed = parsePage(page);

  it('leads with the geometric mean over the peer', () => {
    // ∛(2 · ½ · 4)
    expect(page).toContain('<h1><em>1.59×</em> the speed of rival</h1>');
    expect(parsed.text).toContain('Geometric mean of 3 comparisons: 1.00× with 1 thread, 4.00× with 2 threads.');
    expect(parsed.text).toContain('Slower in 1 of them.');
  });

  it('gives the median share of the roof', () => {
    // 200 of 250 GFLOP/s twice, 400 of 500.
    expect(parsed.text).toContain('80 %');
    expect(parsed.text).toContain('Median over 3 cases, from 80 % to 80 %.');
  });

  it('shows what the file has data for', () => {
    expect(sectionsOf(page)).toEqual(['speed', 'roofline', 'spread', 'cases']);
  });

  it('has a row a case, with the reason of the one that failed', () => {
    const rows = parsed.elements.filter(({ name, attributes }) => name === 'tr' && attributes.has('data-find'));
    expect(rows).toHaveLength(CASES.length);
    expect(parsed.text).toContain('cannot do <this> | that');
  });

  it('draws a bar a comparison, to the left of 1× where the peer is faster', () => {
    const bars = parsed.elements.filter(({ attributes }) => attributes.get('class')?.startsWith('bar '));
    expect(bars.map(({ attributes }) => attributes.get('class'))).toEqual(['bar side-0', 'bar slower', 'bar side-0']);
    const [faster, slower] = bars.map(({ attributes }) => Number.parseFloat(attributes.get('width') ?? ''));
    expect(faster).toBeGreaterThan(0);
    // The axis is logarithmic: twice and half as fast reach equally far.
    expect(slower).toBeCloseTo(faster, 1);
  });

  it('marks a bar whose interval reaches across 1×', () => {
    const close = [benchCase({ samples: spread(10) }), benchCase({ side: 'rival', samples: spread(10.01) })];
    expect(htmlReport([benchResult(close)])).toContain('class="bar side-0 open"');
  });

  it('plots a point a case with operations and bytes', () => {
    const marks = (cases: readonly BenchCase[]) =>
      parsePage(htmlReport([benchResult(cases)])).elements.filter(({ attributes }) =>
        attributes.get('class')?.startsWith('mark '),
      ).length;
    expect(marks(CASES)).toBe(6);
    expect(marks([...CASES, without(benchCase({ name: 'unknown' }), 'bytes')])).toBe(6);
  });

  it('counts the samples beyond the end of the axis', () => {
    const cases = [
      benchCase({ samples: Array.from({ length: 300 }, (_, i) => 1 + i / 3000) }),
      benchCase({ name: 'few', samples: [1, 1, 1, 1, 1.05, 50, 60] }),
    ];
    const { elements, text } = parsePage(htmlReport([benchResult(cases)]));
    expect(text).toContain('+2 ›');
    expect(elements.filter(({ attributes }) => attributes.get('class') === 'dot')).toHaveLength(5);
  });

  it('has a script that parses', () => {
    expect(() => new Script(parsed.script)).not.toThrow();
  });

  it('is refused without results', () => {
    expect(() => htmlReport([])).toThrow(ArgumentError);
  });
});

describe('a page that stands alone', () => {
  const { elements, script, style } = parsePage(htmlReport([file('2026-01-01', [1, 2]), benchResult(CASES)]));

  it('refers to nothing outside', () => {
    const references = ['href', 'src', 'srcset', 'xlink:href', 'action', 'poster', 'data', 'background'];
    const targets = elements.flatMap(({ attributes }) => references.flatMap((name) => attributes.get(name) ?? []));
    expect(targets).not.toHaveLength(0);
    expect(targets.filter((target) => !/^(#|data:)/.test(target))).toEqual([]);
    expect(style).not.toMatch(/url\(|@import|\/\//);
    expect(script).not.toMatch(/:\/\/|fetch|XMLHttpRequest|WebSocket|import|sendBeacon/);
  });

  it('forbids requests to itself', () => {
    const policy = elements.find(({ attributes }) => attributes.get('http-equiv') === 'Content-Security-Policy');
    expect(policy?.attributes.get('content')).toMatch(/^default-src 'none';/);
  });

  it('links to sections that are there', () => {
    const ids = elements.flatMap(({ attributes }) => attributes.get('id') ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    const links = elements.filter(({ name }) => name === 'a').map(({ attributes }) => attributes.get('href')?.slice(1));
    expect(links.sort()).toEqual(ids.sort());
  });

  it('names every drawing', () => {
    const drawings = elements.filter(({ attributes }) => attributes.get('role') === 'img');
    // Three bars, two rooflines, three rows of samples, one history.
    expect(drawings).toHaveLength(9);
    expect(drawings.filter(({ attributes }) => !attributes.get('aria-label'))).toEqual([]);
  });
});

describe('hostile text', () => {
  const hostile = `</script><script>alert(1)</script>" onload='x' & <img src=//evil>`;

  it('stays text wherever it stands', () => {
    const cases = [
      benchCase({ suite: hostile, name: hostile, algorithm: hostile, samples: spread(10) }),
      benchCase({ suite: hostile, name: hostile, side: hostile, samples: spread(20) }),
      benchCase({ suite: hostile, name: 'other', samples: [], error: hostile }),
    ];
    const environment = { ...ENVIRONMENT, cpu: hostile, convkit: hostile, isa: hostile, node: hostile, addon: hostile };
    const results = ['2026-01-01', '2026-01-02'].map((created) =>
      benchResult(cases, { created, environment, command: [hostile] }),
    );
    const { elements, text } = parsePage(htmlReport(results));
    expect(elements.filter(({ name }) => name === 'script')).toHaveLength(1);
    expect(elements.filter(({ name, attributes }) => name === 'img' || attributes.has('onload'))).toEqual([]);
    // The title, the table, the reason, the machine: at the least.
    expect(text.split(hostile).length).toBeGreaterThan(8);
  });
});

describe('degenerate data', () => {
  const bare = (change: Partial<BenchCase>) => without(benchCase(change), 'operations', 'bytes', 'algorithm');
  const peers = (samples: number[]) => [benchCase({ samples }), benchCase({ side: 'rival', samples })];
  const noRoof = (cases: readonly BenchCase[]): BenchResult => {
    const { roof: _, ...rest } = benchResult(cases);
    return rest;
  };

  it.each<[string, BenchResult[]]>([
    ['no cases', [benchResult([])]],
    ['only a failed case', [benchResult([FAILED])]],
    ['one sample', [benchResult(peers([3]))]],
    ['no variance', [benchResult(peers(Array(20).fill(3)))]],
    ['mostly equal samples', [benchResult(peers([...Array(30).fill(3), 4]))]],
    ['times of zero', [benchResult(peers([0, 0, 0]))]],
    ['some times of zero', [benchResult(peers([0, 1, 2]))]],
    ['a wild sample', [benchResult(peers([...spread(1), 1e6]))]],
    ['tiny and huge times', [benchResult([...peers([1e-6]), benchCase({ name: 'long', samples: [1e9] })])]],
    ['no roof', [noRoof(peers(spread(3)))]],
    ['a roof of zero', [benchResult(peers(spread(3)), { roof: { gflops: 0, bandwidth: 0 } })]],
    ['no operations', [benchResult([bare({ samples: spread(3) })])]],
    ['zero operations and bytes', [benchResult([benchCase({ operations: 0, bytes: 0 })])]],
    ['only peers', [benchResult([benchCase({ side: 'rival' })])]],
    ['two files of nothing in common', [benchResult([benchCase()]), benchResult([benchCase({ name: 'other' })])]],
    ['two files of zeros', [benchResult(peers([0])), benchResult(peers([0]))]],
    ['two equal files', [benchResult(peers([3])), benchResult(peers([3]))]],
  ])('of %s gives a page of finite numbers', (_, results) => {
    const { elements, text } = parsePage(htmlReport(results));
    const values = elements.flatMap(({ attributes }) => [...attributes.values()]);
    expect([...values, text].filter((value) => /NaN|Infinity|undefined|null|\[object/.test(value))).toEqual([]);
    const negative = elements.filter(({ attributes }) =>
      ['width', 'height', 'r'].some((name) => Number.parseFloat(attributes.get(name) ?? '0') < 0),
    );
    expect(negative).toEqual([]);
  });
});

describe('history', () => {
  const first = spread(10);

  it.each([
    ['faster', spread(8), '−20.0 % time'],
    ['slower', spread(12), '+20.0 % time'],
    ['a little slower, perhaps', spread(10.05), 'no clear change'],
    ['a little faster, perhaps', spread(9.8), 'no clear change'],
  ])('tells what is %s', (_, last, expected) => {
    const page = htmlReport([file('2026-02-01', last), file('2026-01-01', first)]);
    expect(sectionsOf(page)).toContain('history');
    expect(parsePage(page).text).toContain(expected);
  });

  it('needs a case in two files', () => {
    expect(sectionsOf(htmlReport([file('2026-01-01', first)]))).not.toContain('history');
    expect(sectionsOf(htmlReport([benchResult([benchCase()]), benchResult([FAILED])]))).not.toContain('history');
  });

  it('warns where more than the code changed', () => {
    const other = benchResult([benchCase()], { environment: { ...ENVIRONMENT, node: 'v24.0.0', isa: 'avx512' } });
    const warning = 'The files differ in isa, node';
    expect(parsePage(htmlReport([benchResult([benchCase()]), other])).text).toContain(warning);
    expect(parsePage(htmlReport([other, other])).text).not.toContain('The files differ');
  });

  it('leaves the page to the newest file, whatever the order', () => {
    const files = [file('2026-02-01', spread(8)), file('2026-03-01', spread(7)), file('2026-01-01', first)];
    expect(parsePage(htmlReport(files)).text).toContain('convkit 2026-03-01 (native');
  });
});
