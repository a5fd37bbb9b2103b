import { ConvkitError, ModelError } from '../../errors.js';
import type { Program } from '../../program/program.js';
import type { SlotId } from '../../program/step.js';
import { elementCount } from '../../shape.js';
import type { Sliced } from '../../slices.js';
import { labelOf } from '../onnx/label.js';
import type { OnnxGraph, OnnxNode } from '../onnx/types.js';
import { OPERATORS } from '../operators/index.js';
import { Carried, type Handed, type StageOutput } from './carried.js';
import { Emitter } from './emitter.js';
import type { Folder } from './fold.js';
import type { GraphState, InputName, Liveness, ValueFacts } from './graph-state.js';
import type { Limits } from './limits.js';
import { NeedsValue } from './needs-value.js';
import { NodeContext } from './node-context.js';
import { isKnown, type SlotValue, type Value } from './value.js';

/** A graph, or the part of it that one program can compute, specialised to the shapes of its inputs. */
export interface Stage {
  readonly program: Program;
  /** Names of the values that the program reads, in its inputs' order. */
  readonly inputs: readonly InputName[];
  /** What the program's outputs are, in order. */
  readonly outputs: readonly StageOutput[];
  /** Which node each step came from, by index into the graph's nodes. */
  readonly nodeOf: readonly number[];
  /** What follows when the outputs are there; undefined where the graph's own outputs are all known. */
  readonly cut: Cut | undefined;
  /** Values of the graph's outputs, only of the last stage: known ones, and those of `outputs` in order. */
  readonly results: ReadonlyMap<string, Value>;
}

/** Where a graph had to be cut. */
export interface Cut {
  /** Stages that follow equal keys are equal. */
  keyOf(numbers: readonly Float32Array[]): string;
  next(numbers: readonly Float32Array[]): GraphState;
  /** The arrays of the next stage's inputs, by their names. */
  arrays(numbers: readonly Float32Array[]): Map<InputName, Float32Array>;
}

/** An input of the graph whose numbers decide shapes, so that programs are specialised to them as well. */
export class NeedsInput extends Error {
  readonly input: string;

  constructor(input: string) {
    super(`the numbers of input '${input}' decide shapes`);
    this.input = input;
  }
}

/** What all programs of one graph have in common. */
export interface Specialising {
  readonly graph: OnnxGraph;
  readonly liveness: Liveness;
  readonly folder: Folder;
  readonly limits: Limits;
}

/** Lowers nodes until all are done, or one needs numbers that only a run will tell. */
export class StageBuilder {
  readonly #graph: OnnxGraph;
  readonly #liveness: Liveness;
  readonly #folder: Folder;
  readonly #state: GraphState;
  readonly #emitter: Emitter;
  readonly #values = new Map<string, Value>();
  readonly #settled = new Map<string, readonly Value[]>();
  readonly #inputs: InputName[] = [];
  readonly #nodeOf: number[] = [];

  constructor({ graph, liveness, folder, limits }: Specialising, state: GraphState) {
    this.#graph = graph;
    this.#liveness = liveness;
    this.#folder = folder;
    this.#state = state;
    this.#emitter = new Emitter(folder, limits);
  }

  /** @throws NeedsInput, ModelError, ShapeError, UnsupportedError */
  *build(): Sliced<Stage> {
    this.#folder.begin();
    this.#placeInputs();
    const { nodes } = this.#graph;
    for (let index = this.#state.node; index < nodes.length; index++) {
      try {
        this.#lower(nodes[index], index);
      } catch (error) {
        if (error instanceof NeedsValue) return this.#cut(index, error);
        throw named(nodes[index], error);
      }
      yield;
    }
    return this.#finish();
  }

  #placeInputs(): void {
    for (const [name, facts] of this.#state.values) this.#values.set(name, this.#place(name, facts));
    for (const [key, values] of this.#state.settled) {
      this.#settled.set(
        key,
        values.map(({ name, facts }) => this.#place(name, facts)),
      );
    }
  }

  #place(name: InputName, facts: ValueFacts): Value {
    if ('known' in facts) return facts;
    this.#inputs.push(name);
    try {
      return { ...facts, slot: this.#emitter.builder.input(elementCount(facts.shape, String(name))) };
    } catch (error) {
      if (error instanceof ConvkitError) error.message = `value '${String(name)}': ${error.message}`;
      throw error;
    }
  }

  #lower(node: OnnxNode, index: number): void {
    const lowering = OPERATORS.get(node.operator);
    if (lowering === undefined) throw new ModelError(`${labelOf(node)}: the operator is not supported`);
    const inputs = node.inputs.map((name) => (name === '' ? undefined : this.#values.get(name)));
    const program = { emitter: this.#emitter, settled: this.#settled, node: index };
    const lowered = lowering(new NodeContext(node, this.#graph.opset, inputs, program));
    const results = Array.isArray(lowered) ? (lowered as readonly Value[]) : [lowered as Value];
    node.outputs.forEach((name, output) => {
      if (name === '') return;
      if (results[output] === undefined) throw new ModelError(`${labelOf(node)}: output ${output} is not supported`);
      this.#values.set(name, results[output]);
    });
    while (this.#nodeOf.length < this.#emitter.builder.stepCount) this.#nodeOf.push(index);
  }

  #cut(index: number, { needed, progress }: NeedsValue): Stage {
    if (progress === undefined && this.#state.isFirst) this.#refuseInputs(needed);
    const live = [...this.#values].filter(([name]) => this.#liveness.isLive(name, index));
    const carried = new Carried(needed, (slot) => this.#output(slot));
    const values = live.map(([name, value]) => [name, carried.take(value)] as const);
    const lists = new Map(this.#settled);
    if (progress !== undefined) lists.set(progress.key, progress.values);
    const settled = [...lists].map(([key, list]) => {
      return [key, list.map((value) => [Symbol(key), carried.take(value)] as const)] as const;
    });
    const named: (readonly [InputName, (numbers: readonly Float32Array[]) => Handed])[] = [
      ...values,
      ...settled.flatMap(([, list]) => list),
    ];
    const cut: Cut = {
      keyOf: (numbers) => carried.keyOf(numbers),
      next: (numbers) => ({
        node: index,
        isFirst: false,
        values: new Map(values.map(([name, take]) => [name, take(numbers).facts])),
        settled: new Map(
          settled.map(([key, list]) => [key, list.map(([name, take]) => ({ name, facts: take(numbers).facts }))]),
        ),
      }),
      arrays: (numbers) =>
        new Map(
          named.flatMap(([name, take]) => {
            const { array } = take(numbers);
            return array === undefined ? [] : [[name, array] as const];
          }),
        ),
    };
    return { ...this.#parts(), outputs: carried.outputs, cut, results: new Map() };
  }

  /** Numbers of an input are there before anything runs: the graph is specialised to them from the start. */
  #refuseInputs(values: readonly Value[]): void {
    for (const [name, facts] of this.#state.values) {
      if ('known' in facts) continue;
      const { slot } = this.#values.get(name) as SlotValue;
      if (values.some((value) => (value as SlotValue).slot === slot)) throw new NeedsInput(name);
    }
  }

  #finish(): Stage {
    const results = new Map<string, Value>();
    const outputs: StageOutput[] = [];
    for (const { name } of this.#graph.outputs) {
      const value = this.#values.get(name);
      if (value === undefined) throw new ModelError(`output '${name}' is computed by no node`);
      results.set(name, value);
      if (isKnown(value)) continue;
      const { slot, ...facts } = value;
      outputs.push({ slot: this.#output(slot), facts });
    }
    return { ...this.#parts(), outputs, cut: undefined, results };
  }

  /** An output of the program has memory of its own: an input, or what is an output already, is copied. */
  #output(slot: SlotId): SlotId {
    const { builder } = this.#emitter;
    const size = builder.sizeOf(slot);
    const own = builder.slot(size);
    builder.step('reshape', { size }, [slot], [own]);
    builder.output(own);
    return own;
  }

  #parts() {
    while (this.#nodeOf.length < this.#emitter.builder.stepCount) this.#nodeOf.push(-1);
    return { program: this.#emitter.builder.build(), inputs: this.#inputs, nodeOf: this.#nodeOf };
  }
}

/** Shape logic names itself by the node's label; what it throws is the model's fault all the same. */
function named(node: OnnxNode, error: unknown): unknown {
  if (!(error instanceof ConvkitError) || error.message.startsWith(labelOf(node))) return error;
  error.message = `${labelOf(node)}: ${error.message}`;
  return error;
}
