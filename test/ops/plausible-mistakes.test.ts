import { inspect } from 'node:util';
import {
  avgPool2d,
  Batcher,
  batchNorm2d,
  Conv2d,
  conv2d,
  conv2dAsync,
  linear,
  loadModel,
  MaxPool2d,
  maxPool2d,
  Sequential,
  Tensor,
} from 'convkit';
import { Image, resize, resizeAsync, toTensor } from 'convkit/image';
import { describe, expect, it } from 'vitest';
import { writeOnnx } from '../support/onnx-writer.js';

const x = Tensor.zeros([1, 3, 8, 8]);
const weight = Tensor.zeros([4, 3, 3, 3]);
const image = new Image(new Uint8Array(8 * 8 * 3), 8, 8, 3);
const net = new Sequential(new Conv2d(3, 4, 3));
const controller = new AbortController();
const { signal } = controller;
class Settings {
  stride = 1;
}

const NETWORK: Uint8Array = writeOnnx({
  nodes: [{ operator: 'Relu', inputs: ['x'], outputs: ['y'] }],
  inputs: [{ name: 'x', shape: ['n', 3, 8, 8] }],
  outputs: [{ name: 'y', shape: ['n', 3, 8, 8] }],
});

/** Calls as no type allows them. */
const loosely =
  (call: unknown, ...words: unknown[]) =>
  async () =>
    (call as (...words: unknown[]) => unknown)(...words);

/** Ways in that take options, and whether a signal is among them. */
const WAYS: readonly [string, (options: unknown) => () => Promise<unknown>, boolean][] = [
  ['conv2d', (options) => loosely(conv2d, x, weight, options), false],
  ['conv2dAsync', (options) => loosely(conv2dAsync, x, weight, options), true],
  ['maxPool2d', (options) => loosely(maxPool2d, x, 2, options), false],
  ['Conv2d', (options) => async () => new Conv2d(3, 4, 3, options as never), false],
  ['MaxPool2d', (options) => async () => new MaxPool2d(2, options as never), false],
  ['forward', (options) => async () => net.forward(x, options as never), false],
  ['forwardAsync', (options) => async () => net.forwardAsync(x, options as never), true],
  ['loadModel', (options) => loosely(loadModel, NETWORK, options), false],
  ['model.run', (options) => async () => (await loadModel(NETWORK)).run(x, options as never), true],
  ['Batcher', (options) => async () => new Batcher(await loadModel(NETWORK), options as never), false],
  ['batcher.run', (options) => async () => new Batcher(await loadModel(NETWORK)).run(x, options as never), true],
  ['resize', (options) => loosely(resize, image, options), false],
  ['resizeAsync', (options) => loosely(resizeAsync, image, options), true],
  ['toTensor', (options) => loosely(toTensor, image, options), false],
];

describe.each(WAYS)('the options of %s', (_, call, takesSignal) => {
  it.each([
    ['a Map', new Map([['stride', 1]])],
    ['a Promise (is an `await` missing?)', Promise.resolve({})],
    ['an array', []],
    ['a Settings', new Settings()],
    ['a Date', new Date()],
    ['an AbortController; write { signal: controller.signal }', controller],
    [`an AbortSignal; ${takesSignal ? 'write' : 'a signal is given as'} { signal }`, signal],
  ])('are not %s', async (given, options) => {
    const words =
      given === 'an array'
        ? /options must be an object, but got (an array|\[\])/
        : `options must be an object, but got ${given}`;
    await expect(call(options)()).rejects.toThrow(words);
  });

  it('may come from another realm or have no prototype', async () => {
    const { runInNewContext } = await import('node:vm');
    for (const options of [runInNewContext('({ nonsense: 1 })'), Object.assign(Object.create(null), { nonsense: 1 })]) {
      await expect(call(options)()).rejects.toThrow(/unknown option 'nonsense'/);
    }
  });
});

describe('what was probably meant', () => {
  it.each([
    ['conv2d(x, weight, bias)', loosely(conv2d, x, weight, Tensor.zeros([4])), 'but got a Tensor; perhaps { bias }'],
    ['an onnxruntime tensor', loosely(conv2d, x, weight, { data: new Float32Array(4), dims: [4] }), 'perhaps { bias }'],
    ['conv2d(x, weight, null, 1)', loosely(conv2d, x, weight, null, 1), 'but got null; leave it out'],
    ['maxPool2d(x, 2, 2)', loosely(maxPool2d, x, 2, 2), 'perhaps { stride: 2 }'],
    ['avgPool2d(x, 2, [2, 2])', loosely(avgPool2d, x, 2, [2, 2]), 'perhaps { stride: [2, 2] }'],
    ["conv2d(x, weight, 'same')", loosely(conv2d, x, weight, 'same'), "perhaps { padding: 'same' }"],
    [
      'batchNorm2d(x, m, v, w, b)',
      loosely(batchNorm2d, x, Tensor.zeros([3]), Tensor.zeros([3]), Tensor.zeros([3])),
      '{ weight }',
    ],
    ['linear(x, w, { bias })', loosely(linear, x, weight, { bias: x }), "an object without data; it has 'bias'"],
    [
      'a promised tensor',
      loosely(conv2d, conv2dAsync(x, weight), weight),
      'but got a Promise (is an `await` missing?)',
    ],
    [
      'a promised image',
      loosely(resize, Promise.resolve(image), { size: 2 }),
      'but got a Promise (is an `await` missing?)',
    ],
    [
      'promised weights',
      async () => net.load(Promise.resolve({}) as never),
      'but got a Promise (is an `await` missing?)',
    ],
    [
      'a promised model',
      loosely((model: never) => new Batcher(model), loadModel(NETWORK)),
      'but got a Promise (is an `await` missing?)',
    ],
    ['a promised file', loosely(loadModel, Promise.resolve(NETWORK)), 'but got a Promise (is an `await` missing?)'],
    [
      'promised feeds',
      async () => (await loadModel(NETWORK)).run(Promise.resolve(x) as never),
      'is an `await` missing?',
    ],
    [
      'a promised feed',
      async () => (await loadModel(NETWORK)).run({ x: Promise.resolve(x) } as never),
      'is an `await` missing?',
    ],
    [
      'promised feeds of a batcher',
      async () => new Batcher(await loadModel(NETWORK)).run(Promise.resolve(x) as never),
      'is an `await`',
    ],
    ['feeds in an array', async () => (await loadModel(NETWORK)).run([x] as never), 'feeds must be a tensor'],
    [
      'an image as a tensor',
      loosely(conv2d, image, weight),
      'an Image without shape; toTensor() of convkit/image makes one',
    ],
    ['numbers as data', async () => new Tensor([1, 2] as never, [2]), 'Float32Array.from(data) makes one'],
    ['NHWC for NCHW', loosely(conv2d, Tensor.zeros([1, 8, 9, 3]), weight), "is it layout: 'NHWC'?"],
    ['NHWC for a layer', async () => net.forward(Tensor.zeros([8, 9, 3])), "is it layout: 'NHWC'?"],
    ['NCHW for NHWC', loosely(conv2d, x, weight, { layout: 'NHWC' }), "the shape fits layout: 'NCHW'"],
    [
      'NHWC for a model',
      async () => (await loadModel(NETWORK)).run(Tensor.zeros([2, 8, 8, 3])),
      'it is NHWC, and has to be NCHW',
    ],
  ])('%s', async (_, call, words) => {
    await expect(call()).rejects.toThrow(words);
  });

  it('is not guessed where nothing fits', async () => {
    await expect(loosely(conv2d, Tensor.zeros([1, 8, 8, 5]), weight)()).rejects.toThrow(/got 8 channels instead$/);
  });
});

describe('a file that is no ONNX model', () => {
  it.each([
    ['', 'an empty file'],
    ['PK\x03\x04rest', 'a ZIP archive, as torch.save writes'],
    ['\x80\x02}q\x00', 'a Python pickle'],
    ['\x1c\0\0\0TFL3', 'a TensorFlow Lite model'],
    ['\x10\0\0\0\0\0\0\0{"a":{}}        ', 'a safetensors file'],
    ['<!DOCTYPE html><html>', 'a web page'],
    ['version https://git-lfs.github.com/spec/v1\noid', 'a pointer of Git LFS'],
    ['{ "architectures": [] }', 'JSON'],
    ['\x89HDF\r\n\x1a\n', 'an HDF5 file'],
    ['GGUF\x03\0\0\0', 'a GGUF file'],
  ])('%j is told as what it is', async (text, kind) => {
    await expect(loadModel(Buffer.from(text, 'latin1'))).rejects.toMatchObject({
      name: 'ModelError',
      message: expect.stringContaining(`is no ONNX model; it looks like ${kind}`),
    });
  });

  it('is not guessed at where it is a damaged one', async () => {
    const damaged = NETWORK.slice(0, NETWORK.length - 3);
    await expect(loadModel(damaged)).rejects.not.toThrow(/looks like/);
  });
});

describe('a tensor that is printed', () => {
  it.each([
    [
      Tensor.from([
        [1, 2.5],
        [-3, 1 / 3],
      ]),
      'Tensor [2, 2] { 1, 2.5, -3, 0.333333 }',
    ],
    [Tensor.zeros([64, 56, 56]), 'Tensor [64, 56, 56] { 0, 0, 0, 0, 0, 0, … 200698 more }'],
    [Tensor.from(7), 'Tensor [] { 7 }'],
    [Tensor.zeros([0, 3]), 'Tensor [0, 3] {}'],
    [Tensor.from([Number.NaN, Number.POSITIVE_INFINITY, 1e-20]), 'Tensor [3] { NaN, Infinity, 1e-20 }'],
  ])('is short: %s', (tensor, expected) => {
    expect(String(tensor)).toBe(expected);
    expect(inspect(tensor)).toBe(expected);
    expect(inspect({ y: [tensor] })).toContain(expected);
  });

  it('has nothing that a copy or a comparison would see', () => {
    expect(Object.keys(x)).toEqual(['data', 'shape']);
    expect(inspect(Object.create(Tensor.prototype))).toBe('Tensor {}');
  });
});
