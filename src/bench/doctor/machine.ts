/**
 * What the doctor looks at. Everything that some system cannot tell is optional, and its absence never counts for or
 * against the machine. "During the watch" is the second in which the noise was measured.
 */
export interface Machine {
  readonly platform: string;
  /** Processors that this process may use. */
  readonly processors: number;
  /** Cores that those are threads of. */
  readonly cores?: number;
  /** The distinct frequency governors of those processors. */
  readonly governors?: readonly string[];
  /** Whether the processor may run above its base frequency. */
  readonly turbo?: boolean;
  /** How often a core or the package was slowed for its heat. */
  readonly thermalThrottles?: { readonly sinceBoot: number; readonly duringWatch: number };
  readonly onBattery?: boolean;
  /** Runnable tasks, mean over 1, 5 and 15 minutes. */
  readonly load?: readonly number[];
  /** Processors' worth of time that everything but this process used during the watch. */
  readonly othersBusy?: number;
  /** Other processes that used most, busiest first, each with its processors' worth of time during the watch. */
  readonly busyProcesses?: readonly BusyProcess[];
  /** Processors' worth of time that a control group leaves to this process. */
  readonly quota?: number;
  /** Periods in which that time was used up. */
  readonly throttledPeriods?: { readonly sinceStart: number; readonly duringWatch: number };
  /** The hypervisor or the machine that it shows; absent on bare metal. */
  readonly virtual?: string;
  /** The part of the processors' time that the hypervisor gave to others, 0 … 1. */
  readonly steal?: { readonly sinceBoot: number; readonly duringWatch: number };
  /** Percent of the last 10 seconds in which some task waited for a processor, or for memory. */
  readonly pressure?: { readonly cpu?: number; readonly memory?: number };
  /** Bytes in swap, and pages moved during the watch. */
  readonly swap?: { readonly used: number; readonly moved: number };
  /** Milliseconds: the least step of the clock that samples are taken with. */
  readonly clockStep: number;
  readonly noise: Noise;
}

/** A process that is not ours. */
export interface BusyProcess {
  readonly pid: number;
  readonly name: string;
  readonly processors: number;
}

/** How long one piece of work took, which is the same each time and touches no memory. */
export interface Noise {
  /** Milliseconds. */
  readonly median: number;
  readonly p99: number;
  readonly worst: number;
  readonly samples: number;
}
