import type { StepPlan } from '../backend/backend.js';
import type { Step } from '../program/step.js';
import { formatShape, type Shape, sameShape } from '../shape.js';
import type { CompiledNetwork } from './compiled.js';
import type { LoweredLayer } from './network.js';
import { advanceField, type Field } from './receptive-field.js';
import { breakText, formatTable, groupDigits, SUMMARY_WIDTH } from './table.js';
import { multiplyAccumulates } from './work.js';

/** What one layer of a network does. */
export interface SummaryRow {
  /** PyTorch's path: '0', '2.1'; empty for a layer that is not inside of another. */
  readonly name: string;
  /** As its constructor call would be written. */
  readonly layer: string;
  /** Of its result. */
  readonly outputShape: Shape;
  /** Elements of its parameters; running statistics are not counted, as in PyTorch. */
  readonly parameters: number;
  /** Multiplications by a weight, for the whole batch. */
  readonly multiplyAccumulates: number;
  /** Input positions that one output value depends on, one number a spatial axis; none before the first window. */
  readonly receptiveField: readonly number[];
  /** What the backend runs: 'direct', 'winograd', …; 'fused' into an earlier layer's step; 'none' where nothing runs. */
  readonly algorithm: string;
  /** Why this algorithm. */
  readonly reason: string;
}

/** A network layer by layer, for inputs of one shape on one backend. */
export class Summary {
  /** The class's name, as `layer.kind` has it. */
  readonly kind: string;
  /** One for each layer, in the order in which they run. */
  readonly rows: readonly SummaryRow[];
  /** What the summary was asked for. */
  readonly inputShape: Shape;
  /** Of the whole network's result. */
  readonly outputShape: Shape;
  /** As `runtime()` has it. */
  readonly backend: string;
  /** As `runtime()` has it. */
  readonly isa: string;

  constructor(facts: Pick<Summary, 'kind' | 'rows' | 'inputShape' | 'outputShape' | 'backend' | 'isa'>) {
    this.kind = facts.kind;
    this.rows = facts.rows;
    this.inputShape = facts.inputShape;
    this.outputShape = facts.outputShape;
    this.backend = facts.backend;
    this.isa = facts.isa;
  }

  /** Elements of all parameters, running statistics aside. */
  get parameters(): number {
    return this.rows.reduce((sum, row) => sum + row.parameters, 0);
  }

  /** Of all layers. */
  get multiplyAccumulates(): number {
    return this.rows.reduce((sum, row) => sum + row.multiplyAccumulates, 0);
  }

  /** An aligned table of at most 120 columns. */
  toString(): string {
    const head = ['', 'layer', 'output shape', 'parameters', 'multiply-adds', 'receptive field', 'algorithm', 'reason'];
    const body = this.rows.map((row) => [
      row.name,
      row.layer,
      formatShape(row.outputShape),
      groupDigits(row.parameters),
      groupDigits(row.multiplyAccumulates),
      row.receptiveField.join(' × '),
      row.algorithm,
      row.reason,
    ]);
    const foot = ['', 'total', '', groupDigits(this.parameters), groupDigits(this.multiplyAccumulates), '', '', ''];
    const title =
      `${this.kind}: ${formatShape(this.inputShape)} → ${formatShape(this.outputShape)}, ` +
      `${this.backend} backend${this.isa === 'none' ? '' : `, ${this.isa}`}`;
    const table = formatTable({ head, body, foot, rightAligned: [3, 4], width: SUMMARY_WIDTH });
    return [...breakText(title, SUMMARY_WIDTH), table].join('\n');
  }
}

/** Reads a compiled network's rows. */
export function summarize(kind: string, network: CompiledNetwork): Summary {
  const { lowered, backend } = network;
  return new Summary({
    kind,
    rows: new Summarizer(network).rows(),
    inputShape: lowered.inputShape,
    outputShape: lowered.outputShape,
    backend: backend.name,
    isa: backend.isa,
  });
}

class Summarizer {
  readonly #network: CompiledNetwork;
  readonly #plans: readonly StepPlan[];
  /** Which layer's row already shows a step of the optimized program. */
  readonly #shownBy = new Map<number, string>();
  #field: Field | undefined;
  #spatialAxes = 0;
  #flat = false;

  constructor(network: CompiledNetwork) {
    this.#network = network;
    this.#plans = network.executable.describe();
  }

  rows(): SummaryRow[] {
    return this.#network.lowered.layers.map((layer) => this.#row(layer));
  }

  #row(layer: LoweredLayer): SummaryRow {
    const steps = this.#network.lowered.program.steps.slice(layer.firstStep, layer.endStep);
    if (this.#field !== undefined && layer.outputShape.length < layer.inputShape.length) this.#flat = true;
    for (const step of steps) this.#field = advanceField(this.#field, step, this.#flat);
    if (this.#spatialAxes === 0 && layer.spatialAxes !== undefined) this.#spatialAxes = layer.spatialAxes;
    return {
      name: layer.name,
      layer: layer.text,
      outputShape: layer.outputShape,
      parameters: layer.parameters,
      multiplyAccumulates: steps.reduce((sum, step) => sum + multiplyAccumulates(step), 0),
      receptiveField: this.#field?.reach.slice(3 - this.#spatialAxes) ?? [],
      ...this.#planOf(layer, steps),
    };
  }

  /** The plan of the step that does the layer's work, not of those that only rearrange its input or result. */
  #planOf(layer: LoweredLayer, steps: readonly Step[]): Pick<SummaryRow, 'algorithm' | 'reason'> {
    const main = steps.findIndex(({ kind }) => kind !== 'pad' && kind !== 'transpose');
    const place = main === -1 ? -1 : this.#network.stepOf[layer.firstStep + main];
    const plan = this.#plans[place];
    if (plan === undefined) {
      const same = sameShape(layer.inputShape, layer.outputShape);
      return { algorithm: 'none', reason: same ? 'nothing to do' : 'only the shape changes' };
    }
    const shownBy = this.#shownBy.get(place);
    if (shownBy !== undefined) return { algorithm: 'fused', reason: `into layer ${shownBy}` };
    this.#shownBy.set(place, layer.name);
    return { algorithm: plan.algorithm, reason: plan.reason };
  }
}
