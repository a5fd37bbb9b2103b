import type { OnnxGraph } from '../onnx/types.js';
import { type KnownValue, knownValue, type SlotValue } from './value.js';

/** Where the specialisation of a graph stands between two programs: what is there, and which node comes next. */
export interface GraphState {
  readonly node: number;
  /** Whether nothing has run yet: the numbers of the graph's inputs could be known from the start. */
  readonly isFirst: boolean;
  /** Values that the remaining nodes and the graph's outputs may read. Those without numbers are inputs of the next program. */
  readonly values: ReadonlyMap<string, ValueFacts>;
  /** What nodes have computed for themselves. */
  readonly settled: ReadonlyMap<string, readonly SettledValue[]>;
}

/** A value that a node has computed for itself. Its name is nobody else's, whatever a file calls its values. */
export interface SettledValue {
  readonly name: symbol;
  readonly facts: ValueFacts;
}

/** How a program's input is called: a value of the graph, or one that a node has computed for itself. */
export type InputName = string | symbol;

/** A value whose slot is not given out yet. */
export type ValueFacts = KnownValue | Omit<SlotValue, 'slot'>;

/** The state before the first node: the graph's constants, and its inputs. */
export function initialState(graph: OnnxGraph, inputs: ReadonlyMap<string, ValueFacts>): GraphState {
  const values = new Map<string, ValueFacts>(inputs);
  for (const [name, { data, shape, type }] of graph.initializers) {
    if (!values.has(name)) values.set(name, knownValue(data, shape, type));
  }
  return { node: 0, isFirst: true, values, settled: new Map() };
}

/** For each node the names that it, a later one, or the graph's reader may still want. */
export class Liveness {
  readonly #lastUse = new Map<string, number>();

  constructor({ nodes, outputs }: OnnxGraph) {
    nodes.forEach(({ inputs }, index) => {
      for (const name of inputs) this.#lastUse.set(name, index);
    });
    for (const { name } of outputs) this.#lastUse.set(name, nodes.length);
  }

  /** Whether a value is read at or after a node. */
  isLive(name: string, node: number): boolean {
    return (this.#lastUse.get(name) ?? -1) >= node;
  }
}
