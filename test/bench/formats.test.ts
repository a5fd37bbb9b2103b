import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { bencher } from '../../src/bench/formats/bencher.js';
import { FORMATS } from '../../src/bench/formats/formats.js';
import { githubActionBenchmark } from '../../src/bench/formats/github-action-benchmark.js';
import { googleBenchmark } from '../../src/bench/formats/google-benchmark.js';
import { markdown } from '../../src/bench/formats/markdown.js';
import { table } from '../../src/bench/formats/table.js';
import { formatFactor, formatRate, formatTime } from '../../src/bench/formats/units.js';
import { benchCase, benchResult, FAILED, without } from './results.js';

const POOL = without(
  benchCase({ suite: 'pool', name: 'max "2" | <b>', threads: 2, samples: [0.25] }),
  'operations',
  'algorithm',
);
const RESULT = benchResult([
  benchCase(),
  benchCase({ side: 'peer', samples: [30, 20, 20.5], algorithm: 'x' }),
  POOL,
  FAILED,
]);

describe('units', () => {
  it.each([
    [0, '0 ms'],
    [0.0000005, '0.5000 ns'],
    [0.00048172, '481.7 ns'],
    [0.0005, '500.0 ns'],
    [0.99994, '999.9 µs'],
    [0.99996, '1.000 ms'],
    [9.99996, '10.00 ms'],
    [1.61203, '1.612 ms'],
    [27.57, '27.57 ms'],
    [999.96, '1.000 s'],
    [12345678, '12346 s'],
  ])('%f ms is %s', (milliseconds, expected) => {
    expect(formatTime(milliseconds)).toBe(expected);
  });

  it.each([
    [1234.56, '1234.6'],
    [0.96, '1.0'],
    [0.03124, '0.031'],
    [0.0999, '0.10'],
  ])('a rate of %f is %s', (rate, expected) => {
    expect(formatRate(rate)).toBe(expected);
  });

  it('gives factors three digits', () => {
    expect([0.0987, 0.99951, 2.1437, 12.345, 1234.5].map(formatFactor)).toEqual([
      '0.0987×',
      '1.00×',
      '2.14×',
      '12.3×',
      '1235×',
    ]);
  });
});

describe('table', () => {
  it('aligns its columns over all suites and says why a case has no samples', () => {
    expect(table(RESULT)).toBe(`\
convkit 1.2.3 (native, avx2) · Example CPU, 4 processors · Node v22.1.0, linux x64
roof of one thread: 250.0 GFLOP/s, 50.0 GB/s

layers
name           side     threads    median         ±  GFLOP/s   GB/s  % of roof  algorithm
conv           convkit        1  10.00 ms  ± 10.0 %    200.0   10.0       80 %  gemm
conv           peer           1  20.50 ms  ± 46.3 %     97.6    4.9       39 %  x
fails          convkit        1         —                                       gemm

pool
name           side     threads    median         ±  GFLOP/s   GB/s  % of roof  algorithm
max "2" | <b>  convkit        2  250.0 µs   ± 0.0 %           400.0      400 %

fails (convkit, threads 1): cannot do <this> | that
`);
  });

  it('colours where asked to, and changes nothing else', () => {
    const colored = table(RESULT, { color: true });
    expect(colored).not.toBe(table(RESULT));
    expect(stripVTControlCharacters(colored)).toBe(table(RESULT));
  });
});

describe('markdown', () => {
  it('escapes what would end a cell or begin a tag', () => {
    expect(markdown(RESULT)).toBe(`\
convkit 1.2.3 (native, avx2) · Example CPU, 4 processors · Node v22.1.0, linux x64  
roof of one thread: 250.0 GFLOP/s, 50.0 GB/s

### layers

| name | side | threads | median | ± | GFLOP/s | GB/s | % of roof | algorithm |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |
| conv | convkit | 1 | 10.00 ms | ± 10.0 % | 200.0 | 10.0 | 80 % | gemm |
| conv | peer | 1 | 20.50 ms | ± 46.3 % | 97.6 | 4.9 | 39 % | x |
| fails | convkit | 1 | — |  |  |  |  | gemm |

- fails: cannot do \\<this\\> | that

### pool

| name | side | threads | median | ± | GFLOP/s | GB/s | % of roof | algorithm |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |
| max "2" \\| \\<b\\> | convkit | 2 | 250.0 µs | ± 0.0 % |  | 400.0 | 400 % |  |
`);
  });

  it('keeps a row on its line', () => {
    const broken = markdown(benchResult([benchCase({ name: 'two\nlines' })]));
    expect(broken).toContain('| two lines | convkit |');
  });
});

describe('Google Benchmark', () => {
  const report = JSON.parse(googleBenchmark(RESULT));
  const rows = report.benchmarks as Record<string, unknown>[];

  it('has a row a sample', () => {
    expect(rows[0]).toEqual({
      name: 'layers/conv/convkit/threads:1/gemm',
      run_name: 'layers/conv/convkit/threads:1/gemm',
      run_type: 'iteration',
      family_index: 0,
      per_family_instance_index: 0,
      repetitions: 3,
      repetition_index: 0,
      threads: 1,
      iterations: 5,
      real_time: 11,
      cpu_time: 11,
      time_unit: 'ms',
      FLOPS: (2e9 / 11) * 1e3,
      bytes_per_second: (1e8 / 11) * 1e3,
    });
    expect(rows.filter((row) => row.run_type === 'iteration').length).toBe(3 + 3 + 1 + 1);
  });

  it('has its aggregates', () => {
    const own = rows.filter((row) => row.family_index === 0 && row.run_type === 'aggregate');
    expect(own.map((row) => [row.name, row.aggregate_name, row.aggregate_unit, row.real_time])).toEqual([
      ['layers/conv/convkit/threads:1/gemm_mean', 'mean', 'time', 10],
      ['layers/conv/convkit/threads:1/gemm_median', 'median', 'time', 10],
      ['layers/conv/convkit/threads:1/gemm_stddev', 'stddev', 'time', 1],
      ['layers/conv/convkit/threads:1/gemm_cv', 'cv', 'percentage', 0.1],
    ]);
  });

  it('has no deviation of one sample', () => {
    const pool = rows.filter((row) => row.family_index === 2 && row.run_type === 'aggregate');
    expect(pool.map((row) => row.aggregate_name)).toEqual(['mean', 'median']);
  });

  it('marks a case that did not run', () => {
    expect(rows.at(-1)).toMatchObject({
      name: 'layers/fails/convkit/threads:1/gemm',
      error_occurred: true,
      error_message: 'cannot do <this> | that',
    });
  });

  it('tells of the machine', () => {
    expect(report.context).toMatchObject({ num_cpus: 4, isa: 'avx2', load_avg: [0.1, 0.2, 0.3] });
  });
});

describe('github-action-benchmark', () => {
  it('has an entry a measured case', () => {
    const entries = JSON.parse(githubActionBenchmark(RESULT));
    expect(entries).toHaveLength(3);
    expect(entries[0]).toEqual({
      name: 'layers/conv/convkit/threads:1/gemm',
      unit: 'ms',
      value: 10,
      range: '± 1',
      extra: 'minimum 9 ms\n3 samples of 5 runs\n200.0 GFLOP/s\n10.0 GB/s\n80 % of the roof',
    });
    expect(entries[2]).toMatchObject({ name: 'pool/max "2" | <b>/convkit/threads:2', value: 0.25, range: '± 0' });
  });
});

describe('Bencher', () => {
  it('has nanoseconds with their bounds', () => {
    expect(JSON.parse(bencher(RESULT))).toEqual({
      'layers/conv/convkit/threads:1/gemm': { latency: { value: 1e7, lower_value: 9e6, upper_value: 1.1e7 } },
      'layers/conv/peer/threads:1/x': { latency: { value: 2.05e7, lower_value: 2e7, upper_value: 3e7 } },
      'pool/max "2" | <b>/convkit/threads:2': { latency: { value: 250000, lower_value: 250000, upper_value: 250000 } },
    });
  });
});

describe('every format', () => {
  it.each(Object.entries(FORMATS))('%s ends its last line, and takes a file of no cases', (_, format) => {
    expect(format(RESULT)).toMatch(/[^\n]\n$/);
    expect(format(benchResult([]))).toMatch(/[^\n]\n$/);
  });
});
