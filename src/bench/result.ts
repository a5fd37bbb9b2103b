/** What a run of the benchmarks leaves behind: where it ran, how fast the machine is, and every sample. */
export interface BenchResult {
  readonly schema: 'convkit-bench/1';
  /** ISO 8601. */
  readonly created: string;
  readonly command: readonly string[];
  readonly environment: Environment;
  /** Of this machine, measured at the start. */
  readonly roof?: Roof;
  readonly cases: readonly BenchCase[];
}

/** The fingerprint: results are comparable where it is the same. */
export interface Environment {
  /** Version of the package. */
  readonly convkit: string;
  /** SHA-256 of the addon; absent on TypeScript. */
  readonly addon?: string;
  readonly backend: 'native' | 'typescript';
  readonly isa: string;
  readonly threads: number;
  /** Model name. */
  readonly cpu: string;
  /** That this process may use. */
  readonly processors: number;
  /** Processors' worth of time, where a cgroup limits it. */
  readonly quota?: number;
  /** Bytes. */
  readonly memory: number;
  readonly node: string;
  readonly platform: string;
  readonly arch: string;
  /** 1, 5 and 15 minutes, at the start. */
  readonly load: readonly number[];
}

export interface Roof {
  /** GFLOP/s of fused multiply-adds in registers, one thread, this ISA. */
  readonly gflops: number;
  /** GB/s of a copy of a large array, one thread. */
  readonly bandwidth: number;
}

export interface BenchCase {
  readonly suite: string;
  /** Unique together with suite, side, threads and algorithm. */
  readonly name: string;
  /** 'convkit' or a peer's name. */
  readonly side: string;
  readonly threads: number;
  /** That ran. */
  readonly algorithm?: string;
  /** Floating-point operations of the plain sum, one run. */
  readonly operations?: number;
  /** Input, weights and output, one run. */
  readonly bytes?: number;
  readonly runsPerSample: number;
  /** Milliseconds of one run: the mean of `runsPerSample` runs in a row. */
  readonly samples: readonly number[];
  /** Why there are no samples. */
  readonly error?: string;
}
