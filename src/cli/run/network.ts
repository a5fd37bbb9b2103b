import { ConvkitError } from '../../errors.js';
import type { Model } from '../../model/index.js';
import type { Shape } from '../../shape.js';
import { sameShape } from '../../shape.js';
import { Tensor } from '../../tensor.js';
import { UsageError } from '../usage-error.js';

type Outputs = Readonly<Record<string, Tensor>>;

/** A network that images are put through, together where that makes rows of them, else one by one. */
export class Network {
  readonly #model: Model;
  readonly #note: (text: string) => void;
  readonly #input: Model['inputs'][number];
  /** Shapes of an image's outputs without the axis of the batch; undefined before it is known that there is one. */
  #rows: ReadonlyMap<string, Shape> | undefined;
  #alone = false;

  /** @throws UsageError where the network takes something else than images, or several at a time and not any number */
  constructor(file: string, model: Model, note: (text: string) => void) {
    this.#model = model;
    this.#note = note;
    const [input, ...others] = model.inputs;
    if (others.length > 0 || input === undefined) {
      const names = model.inputs.map(({ name }) => name).join(', ');
      throw new UsageError(`the network has ${model.inputs.length} inputs (${names}); this command feeds one`);
    }
    this.#input = input;
    const fixed = input.shape?.[0];
    if (typeof fixed === 'number' && fixed > 1)
      throw new UsageError(`${file} takes ${fixed} images at a time, not any number`);
  }

  /** Images that may go through together, of those that are wanted. */
  atOnce(wanted: number): number {
    return this.#input.shape?.[0] === 1 ? 1 : wanted;
  }

  /** All outputs of each image of a batch. Not cancelled where the command is interrupted: that ends with a batch. */
  async outputsOf(batch: Tensor): Promise<ReadonlyMap<string, Float32Array>[]> {
    const count = batch.shape[0];
    const together = count === 1 || this.#alone ? undefined : await this.#together(batch);
    const images = Array.from({ length: count }, (_, image) => image);
    if (together !== undefined) return images.map((image) => this.#valuesOf(together, image, count));
    const outputs = [];
    for (const image of images) outputs.push(this.#valuesOf(await this.#run(imageOf(batch, image)), 0, 1));
    return outputs;
  }

  /** The shape that the first output has of each image, found out with pictures of one colour. */
  async rowShape(pictures: (count: number) => Tensor): Promise<Shape> {
    const [{ name }] = this.#model.outputs;
    const {
      [name]: { shape: alone },
    } = await this.#run(pictures(1));
    const batched = this.atOnce(2) === 1 ? alone[0] === 1 : (await this.#together(pictures(2))) !== undefined;
    const shape = batched ? alone.slice(1) : alone;
    if (!shape.includes(0)) return shape;
    throw new UsageError(
      `the first output is [${alone.join(', ')}] of an empty picture: not a row of one length; give -o OUT.jsonl`,
    );
  }

  /** In the file's order, which an object does not keep for names that are numbers. */
  #valuesOf(outputs: Outputs, image: number, count: number): Map<string, Float32Array> {
    return new Map(
      this.#model.outputs.map(({ name }) => {
        const { data } = outputs[name];
        const size = data.length / count;
        return [name, data.subarray(image * size, (image + 1) * size)];
      }),
    );
  }

  #run(images: Tensor): Promise<Outputs> {
    return this.#model.run({ [this.#input.name]: images });
  }

  /** Undefined where the outputs are not rows of the images: they are then put through one by one, from here on. */
  async #together(batch: Tensor): Promise<Outputs | undefined> {
    const [count] = batch.shape;
    let outputs: Outputs;
    try {
      outputs = await this.#run(batch);
      this.#rows ??= new Map(
        Object.entries(await this.#run(imageOf(batch, 0))).map(([name, { shape }]) => [name, shape]),
      );
    } catch (error) {
      if (!(error instanceof ConvkitError)) throw error;
      return this.#partWays(`the network does not take ${count} images at once (${error.message})`);
    }
    for (const [name, { shape }] of Object.entries(outputs)) {
      const [one, ...rest] = this.#rows.get(name) ?? [];
      if (one === 1 && sameShape(shape, [count, ...rest])) continue;
      return this.#partWays(
        `the output '${name}' is [${shape.join(', ')}] of ${count} images, so that it has no axis for them`,
      );
    }
    return outputs;
  }

  #partWays(why: string): undefined {
    this.#alone = true;
    this.#note(`${why}: they go through one by one, and all of it is written for each`);
  }
}

function imageOf({ data, shape }: Tensor, image: number): Tensor {
  const [count, ...rest] = shape;
  const size = data.length / count;
  return new Tensor(data.subarray(image * size, (image + 1) * size), [1, ...rest]);
}
