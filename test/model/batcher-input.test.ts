import { ArgumentError, Batcher, ShapeError, Tensor, UnsupportedError } from 'convkit';
import { describe, expect, it } from 'vitest';
import { FakeModel, image, images } from './fake-model.js';

// biome-ignore lint/suspicious/noExplicitAny: wrong arguments are what these tests are about
const wrong = (value: unknown): any => value;

type Thrown = typeof ArgumentError | typeof ShapeError;

describe('a wrong request is rejected by itself, before it can spoil a run', () => {
  const two = { x: [-1, 2], mask: [-1, -1, 3] };
  const one = { x: [-1, 2] };
  const detached = image(1);
  structuredClone(detached.data, { transfer: [detached.data.buffer as ArrayBuffer] });

  it.each<[string, Record<string, number[]>, unknown, Thrown, RegExp]>([
    ['nothing', one, undefined, ArgumentError, /input 'x' must be a Tensor .* but got undefined/],
    ['a plain array', one, [1, 2], ArgumentError, /input 'x' must be a Tensor .* but got \[1, 2\]/],
    ['a bare Float32Array', one, new Float32Array(2), ArgumentError, /but got a Float32Array/],
    ['a detached array', one, detached, ArgumentError, /detached/],
    ['one tensor for two inputs', two, image(1), ArgumentError, /has 2 inputs; .*'x' \[-1, 2\], 'mask' \[-1, -1, 3\]/],
    ['a missing input', two, { x: image(1) }, ArgumentError, /no tensor was given for 'mask'/],
    [
      'an unknown name',
      two,
      { x: image(1), masks: image(1) },
      ArgumentError,
      /no input 'masks'\. Did you mean 'mask'\?/,
    ],
    [
      'too many axes',
      one,
      Tensor.zeros([1, 1, 2]),
      ShapeError,
      /'x' must be \[2\] or \[-1, 2\], .* got shape \[1, 1, 2\]/,
    ],
    ['another fixed size', one, Tensor.zeros([1, 3]), ShapeError, /but got shape \[1, 3\]/],
    ['no image', one, Tensor.zeros([0, 2]), ShapeError, /1 to 4 images, .* but got 0/],
    ['more images than a run takes', one, images(1, 5), ShapeError, /1 to 4 images, .* but got 5; split it/],
    [
      'inputs with different batches',
      two,
      { x: images(1, 2), mask: Tensor.zeros([3, 5, 3]) },
      ShapeError,
      /2 of 'x', 3 of 'mask'/,
    ],
    [
      'one input of two without a batch axis',
      two,
      { x: image(1), mask: Tensor.zeros([1, 5, 3]) },
      ShapeError,
      /either all inputs or none .* 'x' is \[2\] and 'mask' is \[1, 5, 3\]/,
    ],
  ])('%s', async (_, inputs, value, type, message) => {
    const model = new FakeModel(inputs);
    const batcher = new Batcher(model, { maxBatch: 4 });
    const promise = batcher.run(wrong(value));
    await expect(promise).rejects.toThrow(type);
    await expect(promise).rejects.toThrow(message);
    expect(batcher.size).toBe(0);
    expect(model.runs).toHaveLength(0);
  });

  it('a signal that is none', async () => {
    const batcher = new Batcher(new FakeModel());
    await expect(batcher.run(image(1), wrong({ signal: 1 }))).rejects.toThrow(/signal must be an AbortSignal/);
    await expect(batcher.run(image(1), wrong({ singal: 1 }))).rejects.toThrow(/Did you mean 'signal'/);
  });
});

describe('a batcher cannot be made', () => {
  it.each([
    ['maxBatch', 0],
    ['maxBatch', 1.5],
    ['maxQueue', '7'],
    ['concurrency', Number.NaN],
    ['maxDelayMs', -1],
    ['maxDelayMs', Number.POSITIVE_INFINITY],
    ['maxBatches', 3],
  ])('with %s %s', (name, value) => {
    const make = () => new Batcher(new FakeModel(), wrong({ [name]: value }));
    expect(make).toThrow(ArgumentError);
    expect(make).toThrow(name);
  });

  it('of something that is no model', () => {
    expect(() => new Batcher(wrong(undefined))).toThrow(ArgumentError);
    expect(() => new Batcher(wrong({ run() {} }))).toThrow(ArgumentError);
  });

  it('of a model whose inputs have no batch in common', () => {
    expect(() => new Batcher(new FakeModel({ x: [-1, 2], scale: [] }))).toThrow(UnsupportedError);
    expect(() => new Batcher(new FakeModel({ x: [2, 2], y: [3, 2] }))).toThrow(/'x' \[2, 2\], 'y' \[3, 2\]/);
  });
});
