import type { BenchCase, BenchResult, Environment } from '../result.js';
import { median as medianOf } from '../statistics/quantile.js';
import { caseKey } from './case-key.js';

/**
 * What Google Benchmark writes with `--benchmark_format=json`: a row a sample (a repetition, in its words), then rows
 * of aggregates; a row with `error_occurred` for a case that did not run. Times are milliseconds.
 *
 * @see Google Benchmark, "User Guide", sections "Output Formats", "Reporting Statistics" and "Custom Counters"
 */
export function googleBenchmark(result: BenchResult): string {
  const { environment, created } = result;
  const report = {
    context: context(environment, created),
    benchmarks: result.cases.flatMap((benchCase, family) => rowsOf(benchCase, family)),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function context(environment: Environment, created: string): object {
  const { convkit, backend, isa, cpu, processors, node, load } = environment;
  return {
    date: created,
    executable: 'convkit bench',
    num_cpus: processors,
    load_avg: load,
    library_version: convkit,
    library_build_type: 'release',
    caches: [],
    // Custom context, as `--benchmark_context` adds it: strings at the top level.
    cpu,
    backend,
    isa,
    node,
  };
}

function rowsOf(benchCase: BenchCase, family: number): object[] {
  const { samples, threads, runsPerSample } = benchCase;
  const run = {
    family_index: family,
    per_family_instance_index: 0,
    run_name: caseKey(benchCase),
    repetitions: samples.length,
    threads,
  };
  if (samples.length === 0) return [{ ...failed(benchCase), ...run, run_type: 'iteration' }];
  const repetitions = samples.map((milliseconds, index) => ({
    name: caseKey(benchCase),
    ...run,
    run_type: 'iteration',
    repetition_index: index,
    iterations: runsPerSample,
    ...times(milliseconds),
    ...counters(benchCase, milliseconds),
  }));
  const aggregates = Object.entries(aggregatesOf(samples)).map(([aggregate, value]) => ({
    name: `${caseKey(benchCase)}_${aggregate}`,
    ...run,
    run_type: 'aggregate',
    aggregate_name: aggregate,
    aggregate_unit: aggregate === 'cv' ? 'percentage' : 'time',
    // Of an aggregate, Google Benchmark counts the repetitions.
    iterations: samples.length,
    ...times(value),
  }));
  return [...repetitions, ...aggregates];
}

function failed(benchCase: BenchCase): object {
  return {
    name: caseKey(benchCase),
    error_occurred: true,
    error_message: benchCase.error ?? 'no samples',
    iterations: 0,
    ...times(0),
  };
}

/** Readers such as its `tools/compare.py` fail without `cpu_time`; only the wall's clock is read, for both. */
function times(milliseconds: number): object {
  return { real_time: milliseconds, cpu_time: milliseconds, time_unit: 'ms' };
}

function counters({ operations, bytes }: BenchCase, milliseconds: number): object {
  if (milliseconds === 0) return {};
  return {
    ...(operations !== undefined && { FLOPS: (operations / milliseconds) * 1e3 }),
    ...(bytes !== undefined && { bytes_per_second: (bytes / milliseconds) * 1e3 }),
  };
}

/** Its four; a standard deviation of one sample is left out, as it has none. */
function aggregatesOf(samples: readonly number[]): Record<string, number> {
  const mean = samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
  const median = medianOf(samples);
  if (samples.length === 1) return { mean, median };
  const squares = samples.reduce((sum, sample) => sum + (sample - mean) ** 2, 0);
  const stddev = Math.sqrt(squares / (samples.length - 1));
  return { mean, median, stddev, cv: mean === 0 ? 0 : stddev / mean };
}
