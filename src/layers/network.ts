import { ConvkitError } from '../errors.js';
import { ProgramBuilder } from '../program/builder.js';
import type { Program } from '../program/program.js';
import type { SlotId } from '../program/step.js';
import { elementCount, type Shape } from '../shape.js';

/** What flows from layer to layer while a network becomes a program. */
export interface Value {
  readonly slot: SlotId;
  readonly shape: Shape;
}

/** One that can append itself to a program: a layer, or a sequence of them. */
export interface Lowerable {
  lower(network: NetworkBuilder, name: string, x: Value): Value;
}

/** Where one layer of a network lies in its program: steps `firstStep` to `endStep`, the latter excluded. */
export interface LoweredLayer {
  readonly name: string;
  /** As its constructor call would be written. */
  readonly text: string;
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  /** Elements of its parameters, statistics aside. */
  readonly parameters: number;
  readonly spatialAxes: number | undefined;
  readonly firstStep: number;
  readonly endStep: number;
}

/** A layer without layers inside, as `NetworkBuilder.add` wants to know it. */
export interface Leaf {
  toString(): string;
  readonly parameterCount: number;
  readonly spatialAxes: number | undefined;
  append(builder: ProgramBuilder, x: Value): Value;
}

/** Collects the layers of a network into one program and remembers which steps are whose. */
export class NetworkBuilder {
  readonly #builder = new ProgramBuilder();
  readonly #layers: LoweredLayer[] = [];

  /** Lowers one layer behind those that came before. */
  add(leaf: Leaf, name: string, x: Value): Value {
    const firstStep = this.#builder.stepCount;
    const y = leaf.append(this.#builder, x);
    this.#layers.push({
      name,
      text: leaf.toString(),
      inputShape: x.shape,
      outputShape: y.shape,
      parameters: leaf.parameterCount,
      spatialAxes: leaf.spatialAxes,
      firstStep,
      endStep: this.#builder.stepCount,
    });
    return y;
  }

  /** The program of a whole network for inputs of one shape. */
  static lower(network: Lowerable, inputShape: Shape): LoweredNetwork {
    const collected = new NetworkBuilder();
    const builder = collected.#builder;
    const size = elementCount(inputShape, 'input');
    const x = { slot: builder.input(size), shape: inputShape };
    let { slot, shape } = network.lower(collected, '', x);
    if (slot === x.slot) {
      // A network of no-ops; an output is never the input's own memory.
      slot = builder.slot(size);
      builder.step('reshape', { size }, [x.slot], [slot]);
    }
    builder.output(slot);
    return { program: builder.build(), layers: collected.#layers, inputShape, outputShape: shape };
  }
}

export interface LoweredNetwork {
  readonly program: Program;
  readonly layers: readonly LoweredLayer[];
  readonly inputShape: Shape;
  readonly outputShape: Shape;
}

/** Does something for a layer inside of another, and says which one it was where that throws. */
export function within<T>(name: string, layer: { toString(): string }, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ConvkitError && !error.message.startsWith('layer ')) {
      error.message = `layer '${name}', ${layer}: ${error.message}`;
    }
    throw error;
  }
}
