import type { Backend, Executable } from '../backend/backend.js';
import { activeBackend } from '../backend/select.js';
import { Lru } from '../lru.js';
import { optimize } from '../program/passes/index.js';
import type { Program } from '../program/program.js';
import { formatShape, type Shape } from '../shape.js';
import { type Lowerable, type LoweredNetwork, NetworkBuilder } from './network.js';

/** A network made ready to run on one backend, for inputs of one shape. */
export interface CompiledNetwork {
  readonly lowered: LoweredNetwork;
  /** What the backend was given: shorter than `lowered.program`. */
  readonly program: Program;
  /** For each step of `lowered.program` the step of `program` that does its work. */
  readonly stepOf: readonly number[];
  readonly executable: Executable;
  readonly backend: Backend;
}

/** Every shape has its own packed weights, so only so many stay: enough for the batch sizes of a small server. */
const CAPACITY = 8;

interface Entry extends CompiledNetwork {
  readonly version: number;
}

/** The programs that a layer has compiled. */
export class CompiledNetworks {
  readonly #entries = new Lru<string, Entry>(CAPACITY, ({ executable }) => executable.dispose());

  /** The program for this shape and the active backend; compiled where there is none, or the weights have changed. */
  get(network: Lowerable & { readonly version: number }, inputShape: Shape): CompiledNetwork {
    const { version } = network;
    const backend = activeBackend();
    const key = `${backend.name} ${formatShape(inputShape)}`;
    const found = this.#entries.get(key);
    if (found?.version === version) return found;
    this.#entries.delete(key);
    const entry = { version, backend, ...compile(network, inputShape, backend) };
    this.#entries.set(key, entry);
    return entry;
  }

  /** The shape that ran last. */
  get latestShape(): Shape | undefined {
    const { latest } = this.#entries;
    return latest === undefined ? undefined : this.#entries.get(latest)?.lowered.inputShape;
  }

  clear(): void {
    this.#entries.clear();
  }
}

function compile(network: Lowerable, inputShape: Shape, backend: Backend): Omit<CompiledNetwork, 'backend'> {
  const lowered = NetworkBuilder.lower(network, inputShape);
  const { program, stepOf } = optimize(lowered.program);
  const executable = lowered.outputShape.includes(0) ? NOTHING_TO_RUN : backend.compile(program);
  return { lowered, program, stepOf, executable };
}

/** An empty batch has a shape, and no work. */
const NOTHING_TO_RUN: Executable = {
  run: () => undefined,
  profile: () => new Float64Array(0),
  runAsync: async () => undefined,
  describe: () => [],
  memory: () => ({ arenaBytes: 0, residentBytes: 0 }),
  dispose: () => undefined,
};
