import { elementCount, type Shape } from '../shape.js';
import { Tensor } from '../tensor.js';

/** Counts changes of all parameters, so that a compiled network can tell that it is out of date. */
let changes = 0;

/** One named tensor of a layer. Its first values are drawn when somebody asks, because most are loaded over. */
export class Parameter {
  readonly shape: Shape;
  /** False for statistics, which PyTorch keeps as buffers and does not count. */
  readonly counted: boolean;
  readonly #draw: () => Float32Array;
  #tensor: Tensor | undefined;
  #version = 0;

  constructor(shape: Shape, draw: () => Float32Array, counted = true) {
    this.shape = shape;
    this.#draw = draw;
    this.counted = counted;
  }

  get size(): number {
    return elementCount(this.shape, 'parameter');
  }

  get version(): number {
    return this.#version;
  }

  get tensor(): Tensor {
    this.#tensor ??= new Tensor(this.#draw(), this.shape);
    return this.#tensor;
  }

  /** Takes a copy of values that have been checked to have this shape. */
  assign(data: Float32Array): void {
    this.#tensor = new Tensor(data.slice(), this.shape);
    this.#version = ++changes;
  }
}
