import type { Rank } from '../geometry/axes.js';
import type { Plan } from '../geometry/plan.js';
import type { ProgramBuilder } from '../program/builder.js';
import { lower, type OperandSlots } from '../program/lower.js';
import type { Shape } from '../shape.js';
import { Layer } from './layer.js';
import type { NetworkBuilder, Value } from './network.js';
import type { Parameter } from './parameter.js';

/** A layer that is one operator. */
export abstract class LeafLayer extends Layer {
  readonly #parameters = new Map<string, Parameter>();
  #arguments: readonly string[] = [];
  /** 1, 2 or 3 for layers that slide a window or pool; undefined for those that do not look at space. */
  readonly spatialAxes: Rank | undefined;

  constructor(kind: string, spatialAxes?: Rank) {
    super(kind);
    this.spatialAxes = spatialAxes;
  }

  /** What shape logic makes of the layer, or undefined where x's values go through as they are. @internal */
  protected abstract plan(inputShape: Shape): Plan | undefined;

  /** Constants that go in beside x, by their names in STEP_TABLE; a layer's parameters unless it says otherwise. @internal */
  protected constants(): Iterable<readonly [operand: string, data: Float32Array]> {
    return [...this.#parameters].map(([name, { tensor }]) => [name, tensor.data] as const);
  }

  /** @internal */
  protected define(name: string, parameter: Parameter): Parameter {
    this.#parameters.set(name, parameter);
    return parameter;
  }

  /** Remembers what the constructor was called with, for `toString`. @internal */
  protected describe(positional: readonly unknown[], options?: object): void {
    const shown = Object.entries(options ?? {}).filter(([, value]) => isShort(value));
    const named = shown.map(([key, value]) => `${key}: ${show(value)}`).join(', ');
    this.#arguments = [...positional.map(show), ...(named === '' ? [] : [`{ ${named} }`])];
  }

  override toString(): string {
    return `${this.kind}(${this.#arguments.join(', ')})`;
  }

  override parameterMap(): ReadonlyMap<string, Parameter> {
    return this.#parameters;
  }

  /** Elements of the parameters, statistics aside. */
  get parameterCount(): number {
    let count = 0;
    for (const { counted, size } of this.#parameters.values()) count += counted ? size : 0;
    return count;
  }

  override infer(inputShape: Shape): Shape {
    return this.plan(inputShape)?.outputShape ?? inputShape;
  }

  /** @internal */
  override lower(network: NetworkBuilder, name: string, x: Value): Value {
    return network.add(this, name, x);
  }

  /** The layer's own step, for the network that it is in. @internal */
  append(builder: ProgramBuilder, x: Value): Value {
    const plan = this.plan(x.shape);
    const shape = plan?.outputShape ?? this.infer(x.shape);
    if (plan === undefined) return { slot: x.slot, shape };
    // Backends never see empty results, so that their loops need not be ready for them.
    if (shape.includes(0)) return { slot: builder.constant(new Float32Array(0)), shape };
    const operands: Record<string, number> = { x: x.slot };
    for (const [operand, data] of this.constants()) operands[operand] = builder.constant(data);
    return { slot: lower(builder, plan, operands satisfies OperandSlots).y, shape };
  }
}

function isShort(value: unknown): boolean {
  return value !== undefined && (typeof value !== 'object' || Array.isArray(value));
}

function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  return Array.isArray(value) ? `[${value.map(show).join(', ')}]` : String(value);
}
