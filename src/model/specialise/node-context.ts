import { ModelError } from '../../errors.js';
import type { Plan } from '../../geometry/plan.js';
import type { StepKind } from '../../program/step.js';
import { elementCount, formatShape } from '../../shape.js';
import { labelOf } from '../onnx/label.js';
import type { ElementType, OnnxAttribute, OnnxNode, OnnxTensor } from '../onnx/types.js';
import type { Emitter, StepRequest } from './emitter.js';
import { MOST_LISTED, MOST_TABLE_VALUES } from './limits.js';
import { NeedsValue } from './needs-value.js';
import { isKnown, type Numbers, type Value } from './value.js';

/** Where a node's steps go, and what earlier programs found out for it. */
export interface NodeProgram {
  readonly emitter: Emitter;
  readonly settled: ReadonlyMap<string, readonly Value[]>;
  /** Which node it is: names and labels may be those of several. */
  readonly node: number;
}

/** One node while it is lowered: its inputs and attributes, checked as they are read, and the program that grows. */
export class NodeContext {
  readonly node: OnnxNode;
  readonly opset: number;
  readonly #inputs: readonly (Value | undefined)[];
  readonly #program: NodeProgram;

  constructor(node: OnnxNode, opset: number, inputs: readonly (Value | undefined)[], program: NodeProgram) {
    this.node = node;
    this.opset = opset;
    this.#inputs = inputs;
    this.#program = program;
  }

  /** As messages call the node. */
  get label(): string {
    return labelOf(this.node);
  }

  get inputCount(): number {
    return this.#inputs.length;
  }

  /** An input that the operator needs. @throws ModelError where it is absent */
  input(index: number): Value {
    return this.#inputs[index] ?? this.fail(`input ${index} is missing`);
  }

  optional(index: number): Value | undefined {
    return this.#inputs[index];
  }

  /** All inputs of an operator that takes any number of them. */
  inputs(): Value[] {
    return this.#inputs.map((_, index) => this.input(index));
  }

  /** Whether a reader of the graph may want an output. */
  wants(output: number): boolean {
    return (this.node.outputs[output] ?? '') !== '';
  }

  /** The numbers of a value. @throws NeedsValue where only a run will tell them */
  numbers(value: Value): Numbers {
    if (isKnown(value)) return value.known;
    throw new NeedsValue([value]);
  }

  /**
   * Values that this node computes, and the numbers of some of which it needs to say what its result looks like. They
   * are computed by one program, and are there for the next under the name `what`.
   */
  settled(
    what: string,
    compute: () => { readonly values: readonly Value[]; readonly needed: readonly Value[] },
  ): readonly Value[] {
    const key = `${this.#program.node} ${what}`;
    const found = this.#program.settled.get(key);
    if (found !== undefined) return found;
    const { values, needed } = compute();
    if (needed.every(isKnown)) return values;
    throw new NeedsValue(needed, { key, values });
  }

  /** The numbers of an input that is a list, or undefined where it is absent. */
  list(index: number): number[] | undefined {
    const value = this.optional(index);
    if (value === undefined) return undefined;
    const length = elementCount(value.shape, this.label);
    if (length > MOST_LISTED) this.fail(`input ${index} is a list of ${length} numbers, but may have ${MOST_LISTED}`);
    return [...this.numbers(value)];
  }

  /** The one number of an input, or undefined where it is absent. */
  scalar(index: number): number | undefined {
    const list = this.list(index);
    if (list === undefined) return undefined;
    if (list.length !== 1) this.fail(`input ${index} must be a single number, but has ${list.length}`);
    return list[0];
  }

  int(name: string, fallback: number): number {
    return this.#attribute(name, 'int') ?? fallback;
  }

  float(name: string, fallback: number): number {
    return this.#attribute(name, 'float') ?? fallback;
  }

  string(name: string, fallback: string): string {
    return this.#attribute(name, 'string') ?? fallback;
  }

  /** A string that must be one of `words`. */
  word<Word extends string>(name: string, words: readonly Word[], fallback: Word): Word {
    const given = this.string(name, fallback);
    const word = words.find((candidate) => candidate === given);
    return word ?? this.fail(`attribute ${name} must be one of ${words.join(', ')}, but is '${given}'`);
  }

  ints(name: string): readonly number[] | undefined {
    return this.#attribute(name, 'ints');
  }

  floats(name: string): readonly number[] | undefined {
    return this.#attribute(name, 'floats');
  }

  tensor(name: string): OnnxTensor | undefined {
    return this.#attribute(name, 'tensor');
  }

  has(name: string): boolean {
    return this.node.attributes.has(name);
  }

  /** A list that is an attribute before `since`, and an input from then on. */
  listOf(name: string, input: number, since: number): readonly number[] | undefined {
    return this.opset >= since ? this.list(input) : this.ints(name);
  }

  /** An axis counted from the front. @throws ModelError where there is no such axis */
  axis(given: number, rank: number): number {
    if (!Number.isInteger(given) || given < -rank || given >= rank) {
      this.fail(`axis ${given} is out of range for a tensor of ${rank} axes`);
    }
    return given < 0 ? given + rank : given;
  }

  step<Kind extends StepKind>(request: StepRequest<Kind>): Value {
    return this.#program.emitter.step(request);
  }

  plan(plan: Plan, operands: Readonly<Record<string, Value | undefined>>, type?: ElementType): Value {
    return this.#program.emitter.plan(plan, operands, type);
  }

  planWithIndices(plan: Plan, x: Value): { readonly y: Value; readonly indices: Value } {
    return this.#program.emitter.planWithIndices(plan, x);
  }

  /**
   * Checks what a table or a list of known numbers would be before it is made, on the calling thread.
   *
   * @throws ModelError where it is too large
   */
  checkTable(values: number, what: string): void {
    const most = Math.min(MOST_TABLE_VALUES, this.#program.emitter.limits.tensorBytes / 4);
    if (!(values <= most)) this.fail(`${what} would have ${values} numbers, but may have ${Math.floor(most)}`);
  }

  /** For steps with several results. */
  get emitter(): Emitter {
    return this.#program.emitter;
  }

  fail(what: string): never {
    throw new ModelError(`${this.label}: ${what}`);
  }

  /** Names a value in a message. */
  describe(value: Value): string {
    return `${value.type} ${formatShape(value.shape)}`;
  }

  #attribute<Kind extends OnnxAttribute['kind']>(name: string, kind: Kind) {
    const attribute = this.node.attributes.get(name);
    if (attribute === undefined) return undefined;
    if (attribute.kind !== kind)
      this.fail(`attribute ${name} must be of type ${kind}, but is of type ${attribute.kind}`);
    return attribute.value as Extract<OnnxAttribute, { kind: Kind }>['value'];
  }
}

/** Turns a node into steps; gives its outputs in order, as many as it likes to compute. */
export type Lowering = (node: NodeContext) => Value | readonly Value[];
