import type { Backend } from '../backend/backend.js';
import { breakText, formatTable, groupDigits, SUMMARY_WIDTH } from '../layers/table.js';
import { multiplyAccumulates } from '../layers/work.js';
import { NO_SLOT } from '../program/step.js';
import type { CompiledStage } from './compiled-stage.js';
import type { OnnxGraph } from './onnx/types.js';
import { stepRows } from './step-rows.js';

/** What one step of a model does. */
export interface ModelSummaryRow {
  /** The nodes whose work the step does. */
  readonly nodes: readonly string[];
  /** Its kind: 'conv', 'maxPool', 'binary', … */
  readonly step: string;
  /** Values of the step's results. */
  readonly values: number;
  /** Multiplications by a weight, each with its addition, as the plain definition counts them. */
  readonly multiplyAccumulates: number;
  /** What the backend runs for it. */
  readonly algorithm: string;
  /** Why this algorithm. */
  readonly reason: string;
}

/** A model step by step, for one set of input shapes. Of a network that runs in stages, the first one. */
export class ModelSummary {
  /** In the order in which the steps run. */
  readonly rows: readonly ModelSummaryRow[];
  /** As `runtime()` has it. */
  readonly backend: string;
  /** As `runtime()` has it. */
  readonly isa: string;
  /** Elements of all constants. */
  readonly parameters: number;
  /** Of one run's arena, beside inputs and outputs. */
  readonly peakBytes: number;
  /** Of all values between steps, had each memory of its own. */
  readonly activationBytes: number;
  /** Packed weights and tables. */
  readonly residentBytes: number;

  constructor(facts: Omit<ModelSummary, 'multiplyAccumulates' | 'toString'>) {
    this.rows = facts.rows;
    this.backend = facts.backend;
    this.isa = facts.isa;
    this.parameters = facts.parameters;
    this.peakBytes = facts.peakBytes;
    this.activationBytes = facts.activationBytes;
    this.residentBytes = facts.residentBytes;
  }

  /** Of all steps. */
  get multiplyAccumulates(): number {
    return this.rows.reduce((sum, row) => sum + row.multiplyAccumulates, 0);
  }

  /** An aligned table of at most 120 columns. */
  toString(): string {
    const head = ['nodes', 'step', 'values', 'multiply-adds', 'algorithm', 'reason'];
    const body = this.rows.map((row) => [
      row.nodes.join(' + '),
      row.step,
      groupDigits(row.values),
      groupDigits(row.multiplyAccumulates),
      row.algorithm,
      row.reason,
    ]);
    const foot = ['total', '', '', groupDigits(this.multiplyAccumulates), '', ''];
    const memory =
      `${groupDigits(this.parameters)} parameters; ${megabytes(this.peakBytes)} for a run, where all activations would be ` +
      `${megabytes(this.activationBytes)}; ${megabytes(this.residentBytes)} of packed weights`;
    const title = `${this.backend} backend${this.isa === 'none' ? '' : `, ${this.isa}`}; ${memory}`;
    const table = formatTable({ head, body, foot, rightAligned: [2, 3], width: SUMMARY_WIDTH });
    return [...breakText(title, SUMMARY_WIDTH), table].join('\n');
  }
}

export function summarizeStage(graph: OnnxGraph, compiled: CompiledStage, backend: Backend): ModelSummary {
  const { program, executable } = compiled;
  const { arenaBytes, residentBytes } = executable?.memory() ?? { arenaBytes: 0, residentBytes: 0 };
  const sizeOf = (slots: readonly number[]) =>
    slots.reduce((sum, slot) => sum + (slot === NO_SLOT ? 0 : program.slots[slot].size), 0);
  const rows = stepRows(graph, compiled).map(({ step, plan, nodes }) => ({
    nodes,
    step: step.kind,
    values: sizeOf(step.results),
    multiplyAccumulates: multiplyAccumulates(step),
    algorithm: plan.algorithm,
    reason: plan.reason,
  }));
  return new ModelSummary({
    rows,
    backend: backend.name,
    isa: backend.isa,
    parameters: program.constants.reduce((sum, { data }) => sum + data.length, 0),
    peakBytes: arenaBytes,
    activationBytes: 4 * rows.reduce((sum, { values }) => sum + values, 0),
    residentBytes,
  });
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
