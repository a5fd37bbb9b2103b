import type Benchmark from 'benchmark';
import { BenchError } from '../bench-error.js';

/**
 * What a sample takes at least. Benchmark.js would take 50 ms, for clocks that tell milliseconds; Node's tells nanoseconds.
 * Of many short samples some escape what else the machine does, of few long ones none does: the fastest samples of
 * processes in a row, on a shared machine, differed by 5 % (standard deviation) with 5 ms, their medians by 19 %.
 */
const SAMPLE_SECONDS = 0.005;

/** Between two samples; Node's timers make at least a millisecond of it. */
const PAUSE_SECONDS = 0.001;

/** How long one case is sampled: until both are reached. */
export interface Sampling {
  /** Seconds. */
  readonly seconds: number;
  readonly samples: number;
}

/** Milliseconds of one run each: means of `runsPerSample` runs in a row. */
export interface Sampled {
  readonly runsPerSample: number;
  readonly samples: readonly number[];
}

/**
 * Samples one piece of work with benchmark.js, which finds out how many runs make a sample that its clock can tell. A run
 * that returns a promise is awaited.
 *
 * @throws whatever `run` throws; BenchError where benchmark.js is not installed
 */
export async function sample(run: () => unknown, { seconds, samples }: Sampling): Promise<Sampled> {
  const Suite = await loadBenchmark();
  const first = run();
  const options = {
    maxTime: seconds,
    minSamples: samples,
    minTime: SAMPLE_SECONDS,
    delay: PAUSE_SECONDS,
  } as Benchmark.Options;
  if (first instanceof Promise) {
    await first;
    options.defer = true;
    options.fn = (deferred: { resolve(): void }) => {
      (run() as Promise<unknown>).then(() => deferred.resolve(), fail);
    };
  } else {
    // What throws after the first cycle does so in a timer of benchmark.js, out of the reach of its `error` event.
    options.fn = () => {
      try {
        run();
      } catch (reason) {
        fail(reason);
      }
    };
  }
  let fail: (reason: unknown) => void = () => {};
  const bench = new Suite(options);
  await new Promise<void>((resolve, reject) => {
    fail = (reason) => {
      bench.abort();
      reject(reason);
    };
    bench.on('complete', () => resolve());
    bench.on('error', () => reject((bench as unknown as { error: unknown }).error));
    bench.run({ async: true });
  });
  return { runsPerSample: bench.count, samples: bench.stats.sample.map((second) => 1e3 * second) };
}

async function loadBenchmark(): Promise<typeof Benchmark> {
  try {
    return (await import('benchmark')).default;
  } catch (cause) {
    throw new BenchError('sampling is done by benchmark.js, which is not installed: run `npm install benchmark`', {
      cause,
    });
  }
}
