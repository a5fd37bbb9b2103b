import { ArgumentError } from '../errors.js';
import type { Shape } from '../shape.js';
import { describe } from '../values.js';
import { Layer } from './layer.js';
import { type NetworkBuilder, type Value, within } from './network.js';
import type { Parameter } from './parameter.js';

/**
 * Layers one after another, run as one program: activations and batch norms move into the convolutions before them.
 * Parameters are named by position, as PyTorch does: '0.weight', '3.bias', '2.1.running_mean'.
 *
 * @throws ArgumentError where an argument is no layer
 * @example const net = new Sequential(new Conv2d(1, 8, 3), new ReLU(), new MaxPool2d(2), new Flatten(), new Linear(1352, 10));
 * @see torch.nn.Sequential
 */
export class Sequential extends Layer {
  /** In the order in which they run. */
  readonly layers: readonly Layer[];
  readonly #parameters: ReadonlyMap<string, Parameter>;

  constructor(...layers: Layer[]) {
    super('Sequential');
    const wrong = layers.findIndex((layer) => !(layer instanceof Layer));
    if (wrong !== -1) {
      throw new ArgumentError(`Sequential: argument ${wrong} must be a layer, but got ${describe(layers[wrong])}`);
    }
    this.layers = Object.freeze([...layers]);
    this.#parameters = new Map(
      this.layers.flatMap((layer, index) =>
        [...layer.parameterMap()].map(([name, parameter]) => [`${index}.${name}`, parameter] as const),
      ),
    );
  }

  override parameterMap(): ReadonlyMap<string, Parameter> {
    return this.#parameters;
  }

  override infer(inputShape: Shape, path: string): Shape {
    return this.#fold(path, inputShape, (layer, name, shape) => layer.infer(shape, name));
  }

  /** @internal */
  override lower(network: NetworkBuilder, path: string, x: Value): Value {
    return this.#fold(path, x, (layer, name, value) => layer.lower(network, name, value));
  }

  #fold<T>(path: string, first: T, step: (layer: Layer, name: string, value: T) => T): T {
    return this.layers.reduce((value, layer, index) => {
      const name = path === '' ? String(index) : `${path}.${index}`;
      return within(name, layer, () => step(layer, name, value));
    }, first);
  }

  override toString(): string {
    return `Sequential(${this.layers.join(', ')})`;
  }
}
