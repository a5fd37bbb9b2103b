import type { Backend, Executable } from '../backend/backend.js';
import { activeBackend } from '../backend/select.js';
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
  readonly key: string;
  readonly version: number;
}

/** The programs that a layer has compiled, least recently used first. */
export class CompiledNetworks {
  readonly #entries: Entry[] = [];

  /** The program for this shape and the active backend; compiled where there is none, or the weights have changed. */
  get(network: Lowerable & { readonly version: number }, inputShape: Shape): CompiledNetwork {
    const { version } = network;
    const backend = activeBackend();
    const key = formatShape(inputShape);
    const at = this.#entries.findIndex((entry) => entry.key === key && entry.backend === backend);
    const [found] = at === -1 ? [] : this.#entries.splice(at, 1);
    if (found?.version === version) {
      this.#entries.push(found);
      return found;
    }
    found?.executable.dispose();
    const entry = { key, version, backend, ...compile(network, inputShape, backend) };
    this.#entries.push(entry);
    if (this.#entries.length > CAPACITY) this.#entries.shift()?.executable.dispose();
    return entry;
  }

  /** The shape that ran last. */
  get latestShape(): Shape | undefined {
    return this.#entries.at(-1)?.lowered.inputShape;
  }

  clear(): void {
    for (const { executable } of this.#entries.splice(0)) executable.dispose();
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
