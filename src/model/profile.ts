import { ShapeError } from '../errors.js';
import { readInteger } from '../geometry/axes.js';
import { formatTable, SUMMARY_WIDTH } from '../layers/table.js';
import { multiplyAccumulates } from '../layers/work.js';
import type { CompiledStage } from './compiled-stage.js';
import type { ModelRun } from './model-run.js';
import type { OnnxGraph } from './onnx/types.js';
import { type StepRow, stepRows } from './step-rows.js';

/** What one step of a model took. */
export interface ProfileRow {
  /** The nodes whose work the step does. */
  readonly nodes: readonly string[];
  /** Its kind: 'conv', 'maxPool', 'binary', … */
  readonly step: string;
  /** What the backend ran for it. */
  readonly algorithm: string;
  /** Median of the runs. */
  readonly milliseconds: number;
  /** Billions of additions and multiplications a second, as the plain definition counts them; 0 where there are none. */
  readonly gflops: number;
  /** Of the whole run's time, from 0 to 1. */
  readonly share: number;
}

/** A model's time, step by step, through all stages that ran. */
export class ModelProfile {
  /** In the order in which the steps run. */
  readonly rows: readonly ProfileRow[];
  /** Sum of the steps' medians; without the copies at both ends. */
  readonly milliseconds: number;

  constructor(rows: readonly ProfileRow[]) {
    this.rows = rows;
    this.milliseconds = rows.reduce((sum, row) => sum + row.milliseconds, 0);
  }

  /** An aligned table of at most 120 columns. */
  toString(): string {
    const head = ['nodes', 'step', 'algorithm', 'ms', 'GFLOP/s', 'share'];
    const body = this.rows.map((row) => [
      row.nodes.join(' + '),
      row.step,
      row.algorithm,
      row.milliseconds.toFixed(3),
      row.gflops === 0 ? '' : row.gflops.toFixed(1),
      `${(100 * row.share).toFixed(1)} %`,
    ]);
    const foot = ['total', '', '', this.milliseconds.toFixed(3), '', ''];
    return formatTable({ head, body, foot, rightAligned: [3, 4, 5], width: SUMMARY_WIDTH });
  }
}

const DEFAULT_RUNS = 10;

/** Runs a model several times, one stage after another, on the calling thread. */
export function profileStages(caller: string, graph: OnnxGraph, start: () => ModelRun, given: unknown): ModelProfile {
  const runs = given === undefined ? DEFAULT_RUNS : readInteger(`${caller}: runs`, given);
  if (runs < 1) throw new ShapeError(`${caller}: runs must be at least 1, but got ${runs}`);
  const samples = new Map<CompiledStage, Samples>();
  // The first run finds cold caches and unmapped memory.
  for (let i = 0; i <= runs; i++) profileRun(graph, start(), i > 0 ? samples : new Map());
  const timed = [...samples.values()].flatMap(({ rows, times }) =>
    rows.map((row, step) => ({ row, milliseconds: median(times.map((run) => run[step])) / 1e6 })),
  );
  const total = timed.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  return new ModelProfile(
    timed.map(({ row, milliseconds }) => ({
      nodes: row.nodes,
      step: row.step.kind,
      algorithm: row.plan.algorithm,
      milliseconds,
      gflops: milliseconds === 0 ? 0 : (2 * multiplyAccumulates(row.step)) / milliseconds / 1e6,
      share: total === 0 ? 0 : milliseconds / total,
    })),
  );
}

/** What was seen of a stage while a run held it. */
interface Samples {
  readonly rows: readonly StepRow[];
  /** Nanoseconds of each step, one array a run. */
  readonly times: Float64Array[];
}

function profileRun(graph: OnnxGraph, run: ModelRun, samples: Map<CompiledStage, Samples>): void {
  try {
    while (run.stage !== undefined) {
      const { stage } = run;
      const nanoseconds = stage.executable?.profile(run.inputs(), run.allocate());
      if (nanoseconds !== undefined) {
        const seen = samples.get(stage) ?? { rows: stepRows(graph, stage), times: [] };
        seen.times.push(nanoseconds);
        samples.set(stage, seen);
      }
      run.advance();
    }
  } catch (error) {
    throw run.named(error);
  } finally {
    run.close();
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
