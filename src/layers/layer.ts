import { throwIfAborted } from '../abort.js';
import { ArgumentError } from '../errors.js';
import { readOptions } from '../geometry/options.js';
import { allocate, readOut } from '../ops/operands.js';
import { readSignal } from '../ops/signal.js';
import type { AbortSignal } from '../platform.js';
import { elementCount, readShape, type Shape } from '../shape.js';
import { coerceTensor, Tensor, type TensorLike } from '../tensor.js';
import type { Weights } from '../weights/safetensors.js';
import { float32Copy } from '../zeros.js';
import { type CompiledNetwork, CompiledNetworks } from './compiled.js';
import { loadParameters } from './load-parameters.js';
import type { NetworkBuilder, Value } from './network.js';
import type { Parameter } from './parameter.js';
import { type Summary, summarize } from './summary.js';

/** What a run can be told. */
export interface ForwardOptions {
  /** Receives the result and is returned: of the output's shape, sharing no memory with x. Reused, it stays in the cache. */
  readonly out?: TensorLike | null | undefined;
}

/** What an asynchronous run can be told. */
export interface ForwardAsyncOptions extends ForwardOptions {
  /** Rejects with its reason when it aborts; the work stops soon after. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A function with parameters. A layer, and a Sequential whole, runs as one program, which is compiled and whose weights
 * are packed when an input shape is first seen (or by `prepare`) and kept for the shapes used last.
 */
export abstract class Layer {
  /** The class's name, as messages and tables show it. */
  readonly kind: string;
  readonly #compiled = new CompiledNetworks();

  constructor(kind: string) {
    this.kind = kind;
  }

  /**
   * Applies the layer to x and waits for the result.
   *
   * @throws ShapeError where x or `out` does not fit; ArgumentError where it is no tensor, or `out` overlaps x
   * @example const y = new Conv2d(3, 8, 3).forward(Tensor.zeros([1, 3, 32, 32])); // [1, 8, 30, 30]
   */
  forward(x: TensorLike, options?: ForwardOptions): Tensor {
    const { out } = readOptions(`${this.kind}.forward`, options, ['out']);
    const { input, output, network } = this.#request(x, 'forward', out);
    network.executable.run([input.data], [output.data]);
    return output;
  }

  /**
   * Applies the layer off the event loop, and packs its weights there where it must. x is copied before this returns and may
   * then be changed.
   *
   * @throws (as a rejection) what `forward` throws, and `signal.reason` when it aborts
   */
  async forwardAsync(x: TensorLike, options?: ForwardAsyncOptions): Promise<Tensor> {
    const caller = `${this.kind}.forwardAsync`;
    const given = readOptions(caller, options, ['signal', 'out']);
    const signal = readSignal(caller, given.signal);
    throwIfAborted(signal);
    const input = coerceTensor(x, `${caller}: x`);
    const known = this.#compiled.known(this, input.shape);
    if (known !== undefined) {
      const output = this.#output(caller, input, known, given.out);
      await known.executable.runAsync([input.data], [output.data], signal);
      return output;
    }
    const copy = float32Copy(caller, input.data);
    const network = await this.#compiled.getSoon(this, input.shape, signal);
    try {
      const output = this.#output(caller, input, network, given.out);
      await network.executable.runAsync([copy], [output.data], signal);
      return output;
    } finally {
      network.release();
    }
  }

  /** The shape of the result for an input of `inputShape`. @throws ShapeError where that does not fit */
  outputShape(inputShape: Shape): Shape {
    return this.infer(readShape(inputShape, `${this.kind}.outputShape`), '');
  }

  /**
   * The layer's own tensors by PyTorch's names, statistics included; change them with `load`.
   *
   * @see torch.nn.Module.state_dict
   */
  parameters(): Map<string, Tensor> {
    return new Map([...this.parameterMap()].map(([name, { tensor }]) => [name, tensor]));
  }

  /**
   * Copies weights into the layer, by PyTorch's names; `num_batches_tracked` is ignored.
   *
   * @throws ModelError that lists every missing, unexpected and mis-shaped name; then nothing has changed
   * @example net.load(await loadWeights('net.safetensors'));
   */
  load(weights: Weights): this {
    loadParameters(this.kind, this.parameterMap(), weights);
    return this;
  }

  /** Compiles for an input shape before the first run needs it; without one, again for the shape that ran last. */
  prepare(inputShape?: Shape): this {
    const shape = inputShape === undefined ? this.#compiled.latestShape : this.#readShape(inputShape, 'prepare');
    if (shape === undefined) {
      throw new ArgumentError(`${this.kind}.prepare: nothing has run yet, so an inputShape is needed`);
    }
    this.#compiled.get(this, shape);
    return this;
  }

  /** What the layer does to an input of `inputShape`, layer by layer; String(summary) is a table. */
  summary(inputShape: Shape): Summary {
    return summarize(this.kind, this.#compiled.get(this, this.#readShape(inputShape, 'summary')));
  }

  /** Frees the packed weights now rather than with the layer. Runs in flight finish; a later run packs them again. */
  dispose(): void {
    this.#compiled.clear();
  }

  /** The same as `dispose()`, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** As its constructor call would be written. */
  toString(): string {
    return this.kind;
  }

  /** Grows whenever a parameter is replaced. @internal */
  get version(): number {
    let latest = 0;
    for (const { version } of this.parameterMap().values()) latest = Math.max(latest, version);
    return latest;
  }

  /** Appends the layer to a network's program under a name such as '0' or '2.1'. For layers that contain layers. @internal */
  abstract lower(network: NetworkBuilder, name: string, x: Value): Value;

  /** The parameters themselves, by PyTorch's names. For layers that contain layers. @internal */
  abstract parameterMap(): ReadonlyMap<string, Parameter>;

  /** `outputShape` for a shape that is known to be one; `path` is the layer's name in a network. @internal */
  abstract infer(inputShape: Shape, path: string): Shape;

  #readShape(shape: Shape, method: string): Shape {
    const read = readShape(shape, `${this.kind}.${method}`);
    elementCount(read, `${this.kind}.${method}`);
    return read;
  }

  #request(x: TensorLike, method: string, out: unknown): { input: Tensor; output: Tensor; network: CompiledNetwork } {
    const caller = `${this.kind}.${method}`;
    const input = coerceTensor(x, `${caller}: x`);
    const network = this.#compiled.get(this, input.shape);
    return { input, network, output: this.#output(caller, input, network, out) };
  }

  #output(caller: string, input: Tensor, { lowered }: CompiledNetwork, out: unknown): Tensor {
    const shape = lowered.outputShape;
    return out === undefined || out === null
      ? new Tensor(allocate(this.kind, shape, Float32Array), shape)
      : readOut(caller, out, shape, [input]);
  }
}
