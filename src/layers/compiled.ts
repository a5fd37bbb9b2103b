import type { Backend, Executable } from '../backend/backend.js';
import { activeBackend } from '../backend/select.js';
import { Lru } from '../lru.js';
import type { AbortSignal } from '../platform.js';
import { optimizing } from '../program/passes/index.js';
import type { Program } from '../program/program.js';
import { formatShape, type Shape } from '../shape.js';
import { type Held, SharedBuilds } from '../shared-builds.js';
import { atOnce, inSlices, type Sliced } from '../slices.js';
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

type Network = Lowerable & { readonly version: number };

/** One that is freed when nobody holds it any more: neither the layer's cache nor a run that is about to start. */
class HeldNetwork implements CompiledNetwork, Held {
  readonly lowered: LoweredNetwork;
  readonly program: Program;
  readonly stepOf: readonly number[];
  readonly executable: Executable;
  readonly backend: Backend;
  /** Of the weights. */
  readonly version: number;
  #holders = 1;

  constructor({ lowered, program, stepOf, version }: PreparedNetwork, executable: Executable, backend: Backend) {
    this.lowered = lowered;
    this.program = program;
    this.stepOf = stepOf;
    this.version = version;
    this.executable = executable;
    this.backend = backend;
  }

  hold(): void {
    this.#holders++;
  }

  release(): void {
    this.#holders--;
    if (this.#holders === 0) this.executable.dispose();
  }
}

/** The programs that a layer has compiled. */
export class CompiledNetworks {
  #entries = new Lru<string, HeldNetwork>(CAPACITY, (entry) => entry.release());
  readonly #builds = new SharedBuilds<HeldNetwork>();

  /** The program for this shape and the active backend; compiled where there is none, or the weights have changed. */
  get(network: Network, inputShape: Shape): CompiledNetwork {
    const backend = activeBackend();
    const key = keyOf(inputShape, backend);
    const found = this.#entries.get(key);
    if (found?.version === network.version) return found;
    this.#entries.delete(key);
    const prepared = atOnce(preparing(network, inputShape));
    const entry = new HeldNetwork(
      prepared,
      isEmpty(prepared) ? NOTHING_TO_RUN : backend.compile(prepared.program),
      backend,
    );
    this.#entries.set(key, entry);
    return entry;
  }

  /** The same where it is there already. */
  known(network: Network, inputShape: Shape): CompiledNetwork | undefined {
    const found = this.#entries.get(keyOf(inputShape, activeBackend()));
    return found?.version === network.version ? found : undefined;
  }

  /** The same, compiled off the event loop, once for all who wait for it. It is held for the caller. */
  getSoon(network: Network, inputShape: Shape, signal: AbortSignal | undefined): Promise<CompiledNetwork & Held> {
    const backend = activeBackend();
    const key = keyOf(inputShape, backend);
    const { version } = network;
    const entries = this.#entries;
    const build = async (wanted: AbortSignal) => {
      const inPieces = inSlices(preparing(network, inputShape), wanted);
      const prepared = inPieces instanceof Promise ? await inPieces : inPieces;
      if (isEmpty(prepared)) return new HeldNetwork(prepared, NOTHING_TO_RUN, backend);
      const { program } = prepared;
      const compiling = backend.compileSoon?.(program, wanted) ?? backend.compile(program);
      return new HeldNetwork(prepared, compiling instanceof Promise ? await compiling : compiling, backend);
    };
    return this.#builds.join(`${version} ${key}`, signal, build, (built) => {
      // Others may have been quicker, or have freed all that there was.
      if (entries !== this.#entries || entries.get(key)?.version === network.version) return;
      built.hold();
      entries.set(key, built);
    });
  }

  /** The shape that ran last. */
  get latestShape(): Shape | undefined {
    const { latest } = this.#entries;
    return latest === undefined ? undefined : this.#entries.get(latest)?.lowered.inputShape;
  }

  clear(): void {
    const entries = this.#entries;
    this.#entries = new Lru(CAPACITY, (entry) => entry.release());
    entries.clear();
  }
}

function keyOf(inputShape: Shape, backend: Backend): string {
  return `${backend.name} ${formatShape(inputShape)}`;
}

type PreparedNetwork = Pick<HeldNetwork, 'lowered' | 'program' | 'stepOf' | 'version'>;

function* preparing(network: Network, inputShape: Shape): Sliced<PreparedNetwork> {
  const { version } = network;
  const lowered = NetworkBuilder.lower(network, inputShape);
  return { lowered, version, ...(yield* optimizing(lowered.program)) };
}

function isEmpty({ lowered }: PreparedNetwork): boolean {
  return lowered.outputShape.includes(0);
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
