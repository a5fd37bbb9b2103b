import {
  ArgumentError,
  activate,
  adaptiveAvgPool2d,
  avgPool2d,
  batchNorm2d,
  col2im,
  conv1d,
  conv2d,
  conv2dAsync,
  conv3d,
  convolve,
  convTranspose2d,
  globalAvgPool2d,
  im2col,
  linear,
  lpPool2d,
  maxPool2d,
  maxPool2dAsync,
  maxUnpool2d,
  rot180,
  rot180Async,
  ShapeError,
  softmax,
  softmaxAsync,
  Tensor,
} from 'convkit';
import { describe, expect, it } from 'vitest';

type Thrown = typeof ArgumentError | typeof ShapeError;

/** Calls the functions as a JavaScript user could, without the types. */
// biome-ignore lint/suspicious/noExplicitAny: wrong arguments are what these tests are about
const wrong = (value: unknown): any => value;

function expectError(run: () => unknown, type: Thrown, ...phrases: string[]): void {
  let error: unknown;
  try {
    run();
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(type);
  for (const phrase of phrases) expect((error as Error).message).toContain(phrase);
}

const x = new Tensor(
  Float32Array.from({ length: 25 }, (_, i) => i),
  [1, 1, 5, 5],
);
const weight = new Tensor(new Float32Array(9).fill(1), [1, 1, 3, 3]);

/** An output full of a value that no operator here would write. */
const untouched = (shape: number[]) => {
  const out = Tensor.zeros(shape);
  out.data.fill(-123);
  return out;
};
const expectUntouched = (out: Tensor) => expect(out.data.every((value) => value === -123)).toBe(true);

describe('operands that are no tensors', () => {
  const detached = new Float32Array(25);
  structuredClone(detached, { transfer: [detached.buffer] });
  const resizable = new Float32Array(new (wrong(ArrayBuffer))(100, { maxByteLength: 200 }));
  const growable = new Float32Array(new (wrong(SharedArrayBuffer))(100, { maxByteLength: 200 }));
  const shape = [1, 1, 5, 5];

  it.each<[string, unknown, Thrown, string]>([
    ['undefined', undefined, ArgumentError, 'undefined'],
    ['null', null, ArgumentError, 'null'],
    ['a string', 'x', ArgumentError, 'a string "x"'],
    ['a number', 3, ArgumentError, '3'],
    [
      'a plain array',
      [
        [1, 2],
        [3, 4],
      ],
      ArgumentError,
      'an array',
    ],
    ['a bare Float32Array', new Float32Array(25), ArgumentError, 'a Float32Array'],
    ['a function', () => 1, ArgumentError, 'a function'],
    ['an object without data', { shape }, ArgumentError, 'an object without data'],
    ['an object without shape', { data: new Float32Array(25) }, ArgumentError, 'an object without shape'],
    ['plain numbers for data', { data: new Array(25).fill(0), shape }, ArgumentError, 'must be a Float32Array'],
    ['a Float64Array', { data: new Float64Array(25), shape }, ArgumentError, 'a Float64Array'],
    ['a Uint8Array', { data: new Uint8Array(100), shape }, ArgumentError, 'a Uint8Array'],
    ['an ArrayBuffer', { data: new ArrayBuffer(100), shape }, ArgumentError, 'an ArrayBuffer'],
    ['a Float32Array in name only', spoofed(), ArgumentError, 'a Uint8Array'],
    ['a detached buffer', { data: detached, shape }, ArgumentError, 'detached'],
    ['a resizable buffer', { data: resizable, shape }, ArgumentError, 'resizable ArrayBuffer'],
    ['a growable buffer', { data: growable, shape }, ArgumentError, 'growable SharedArrayBuffer'],
    ['a shape of text', { data: new Float32Array(25), shape: '1,1,5,5' }, ArgumentError, 'a string "1,1,5,5"'],
    ['sizes of text', { data: new Float32Array(25), shape: [1, 1, 5, '5'] }, ArgumentError, 'a string "5"'],
    ['bigint sizes', { data: new Float32Array(25), dims: [1n, 1n, 5n, 5n] }, ArgumentError, 'a bigint'],
    ['too few values', { data: new Float32Array(24), shape }, ShapeError, 'needs 25 values, but data has 24'],
    ['too many values', { data: new Float32Array(26), shape }, ShapeError, 'needs 25 values, but data has 26'],
    ['a fractional size', { data: new Float32Array(25), shape: [1, 1, 2.5, 10] }, ShapeError, '[1, 1, 2.5, 10]'],
    ['NaN for a size', { data: new Float32Array(25), shape: [1, 1, Number.NaN, 5] }, ShapeError, 'NaN'],
    ['a negative size', { data: new Float32Array(25), shape: [1, 1, -5, -5] }, ShapeError, '-5'],
    [
      'an infinite size',
      { data: new Float32Array(25), shape: [1, 1, Number.POSITIVE_INFINITY, 5] },
      ShapeError,
      'Infinity',
    ],
    [
      'a product beyond 2^31',
      { data: new Float32Array(0), shape: [1, 1, 2 ** 16, 2 ** 15] },
      ShapeError,
      'limited to 2^31 - 1',
    ],
    [
      'a product beyond 2^32',
      { data: new Float32Array(0), shape: [2 ** 16, 1, 2 ** 8, 2 ** 8] },
      ShapeError,
      'limited to 2^31 - 1',
    ],
    [
      'a product beyond 2^53',
      { data: new Float32Array(0), shape: [2 ** 40, 2 ** 40, 3, 3] },
      ShapeError,
      'limited to 2^31 - 1',
    ],
    [
      'a product beyond 2^1024',
      { data: new Float32Array(0), shape: new Array(30).fill(2 ** 50) },
      ShapeError,
      'limited to 2^31 - 1',
    ],
  ])('%s', (_, operand, type, phrase) => {
    const out = untouched([1, 1, 3, 3]);
    expectError(() => conv2d(wrong(operand), weight, { out }), type, 'conv2d: x', phrase);
    expectError(() => conv2d(x, wrong(operand), { out }), type, 'conv2d: weight', phrase);
    expectUntouched(out);
  });

  it.each(['bias', 'residual', 'out'])('for %s', (name) => {
    expectError(() => conv2d(x, weight, { [name]: [1] }), ArgumentError, `conv2d: ${name} must be a Tensor`, '[1]');
    expectError(() => conv2d(x, weight, { [name]: 'none' }), ArgumentError, `conv2d: ${name} must be a Tensor`);
  });

  it('in every operator, by name', () => {
    const nothing = wrong('nothing');
    expectError(() => conv1d(nothing, weight), ArgumentError, 'conv1d: x');
    expectError(() => conv3d(x, nothing), ArgumentError, 'conv3d: weight');
    expectError(() => convTranspose2d(x, nothing), ArgumentError, 'convTranspose2d: weight');
    expectError(() => maxPool2d(nothing, 2), ArgumentError, 'maxPool2d: x');
    expectError(() => avgPool2d(nothing, 2), ArgumentError, 'avgPool2d: x');
    expectError(() => lpPool2d(nothing, 2, 2), ArgumentError, 'lpPool2d: x');
    expectError(() => adaptiveAvgPool2d(nothing, 1), ArgumentError, 'adaptiveAvgPool2d: x');
    expectError(() => globalAvgPool2d(nothing), ArgumentError, 'globalAvgPool2d: x');
    expectError(() => batchNorm2d(x, nothing, x), ArgumentError, 'batchNorm2d: mean');
    expectError(() => batchNorm2d(x, x, nothing), ArgumentError, 'batchNorm2d: variance');
    expectError(() => linear(x, nothing), ArgumentError, 'linear: weight');
    expectError(() => linear(x, x, nothing), ArgumentError, 'linear: bias');
    expectError(() => activate(nothing, 'relu'), ArgumentError, 'activate: x');
    expectError(() => activate(x, nothing), ArgumentError, 'activate: activation');
    expectError(() => activate(x, wrong(undefined)), ArgumentError, 'activate: activation');
    expectError(() => activate(x, { kind: 'prelu', slope: nothing }), ArgumentError, "activation 'prelu': slope");
    expectError(() => softmax(nothing), ArgumentError, 'softmax: x');
    expectError(() => im2col(nothing, 2), ArgumentError, 'im2col: x');
    expectError(() => col2im(nothing, 2, 2), ArgumentError, 'col2im: x');
    expectError(() => convolve(nothing, x), ArgumentError, 'convolve: f');
    expectError(() => convolve(x, nothing), ArgumentError, 'convolve: g');
    expectError(() => rot180(nothing), ArgumentError, 'rot180: kernel');
  });
});

function spoofed() {
  const data = Object.defineProperty(new Uint8Array(25), Symbol.toStringTag, { value: 'Float32Array' });
  return { data, shape: [1, 1, 5, 5] };
}

describe('tensors that are fine', () => {
  it.each([
    ['dims for shape', { data: x.data, dims: x.shape }],
    ['shared memory', { data: new Float32Array(new SharedArrayBuffer(100)).map((_, i) => i), shape: x.shape }],
    ['part of a buffer', { data: Float32Array.from([7, ...x.data]).subarray(1), shape: x.shape }],
  ])('%s', (_, operand) => {
    expect(conv2d(operand, weight)).toEqual(conv2d(x, weight));
  });
});

describe('indices for maxUnpool2d', () => {
  const pooled = new Tensor(Float32Array.of(1, 2, 3, 4), [1, 1, 2, 2]);

  it.each<[string, unknown, Thrown, string]>([
    ['plain numbers', [0, 1, 2, 3], ArgumentError, 'must be the Int32Array'],
    ['floats', new Float32Array(4), ArgumentError, 'a Float32Array'],
    ['nothing', undefined, ArgumentError, 'undefined'],
    ['too few', new Int32Array(3), ShapeError, 'Expected shape of indices to be same as that of the input tensor'],
    ['one beyond the plane', Int32Array.of(0, 1, 2, 16), ShapeError, 'Found an invalid max index: 16 at position 3'],
    ['a negative one', Int32Array.of(0, -1, 2, 3), ShapeError, 'Found an invalid max index: -1 at position 1'],
  ])('%s', (_, indices, type, phrase) => {
    const out = untouched([1, 1, 4, 4]);
    expectError(() => maxUnpool2d(pooled, wrong(indices), 2, { out }), type, phrase);
    expectUntouched(out);
  });
});

describe('out', () => {
  it('is filled and returned', () => {
    const out = untouched([1, 1, 3, 3]);
    expect(conv2d(x, weight, { out })).toBe(out);
    expect(out.toNested()).toEqual(conv2d(x, weight).toNested());
  });

  it('may be a plain object, and gives a tensor over its data', () => {
    const out = { data: new Float32Array(9), shape: [1, 1, 3, 3] };
    expect(conv2d(x, weight, { out }).data).toBe(out.data);
  });

  it.each([[[1, 1, 3, 4]], [[1, 3, 3]], [[9]], [[1, 1, 5, 5]]])('is refused with shape %j', (shape) => {
    const out = untouched(shape);
    expectError(() => conv2d(x, weight, { out }), ShapeError, "out must have the output's shape [1, 1, 3, 3]");
    expectUntouched(out);
  });

  it('may not share memory with any input', () => {
    const memory = new Float32Array(64);
    const view = (start: number, ...shape: number[]) =>
      new Tensor(memory.subarray(start, start + shape.reduce((a, b) => a * b, 1)), shape);
    const image = view(0, 1, 1, 5, 5);
    const kernel = view(25, 1, 1, 3, 3);
    const overlapping = (run: () => unknown) => expectError(run, ArgumentError, 'out must not overlap an input');
    overlapping(() => conv2d(image, weight, { out: view(24, 1, 1, 3, 3) }));
    overlapping(() => conv2d(x, kernel, { out: view(30, 1, 1, 3, 3) }));
    overlapping(() => conv2d(x, weight, { bias: view(40, 1), out: view(34, 1, 1, 3, 3) }));
    overlapping(() => conv2d(x, weight, { residual: view(0, 1, 1, 3, 3), out: view(0, 1, 1, 3, 3) }));
    overlapping(() => activate(image, 'relu', { out: image }));
    overlapping(() => convolve(view(0, 3), Tensor.zeros([2]), { out: view(0, 4) }));
    overlapping(() => convolve(Tensor.zeros([2]), view(3, 3), { out: view(0, 4) }));
    overlapping(() => rot180(kernel, { out: kernel }));
    expect(memory.every((value) => value === 0)).toBe(true);
    expect(conv2d(image, kernel, { out: view(34, 1, 1, 3, 3) }).size).toBe(9);
  });
});

describe('options', () => {
  it('that do not exist', () => {
    expectError(() => conv2d(x, weight, wrong({ strides: 2 })), ArgumentError, "unknown option 'strides'", "'stride'");
    expectError(() => avgPool2d(x, 2, wrong({ dilation: 2 })), ArgumentError, "unknown option 'dilation'");
    expectError(() => conv2d(x, weight, wrong({ signal: undefined })), ArgumentError, 'conv2dAsync');
    expectError(() => conv2d(x, weight, wrong(null)), ArgumentError, 'options must be an object, but got null');
  });

  it('of sizes that no output could have', () => {
    const out = untouched([1, 1, 3, 3]);
    for (const padding of [Number.NaN, 0.5, 2 ** 31, 2 ** 53, -1, 40000]) {
      expectError(() => conv2d(x, weight, { padding, out }), ShapeError, 'conv2d: ');
    }
    expectUntouched(out);
  });
});

describe('the asynchronous twins', () => {
  it.each<[string, () => Promise<unknown>, Thrown]>([
    ['no tensor', () => conv2dAsync(wrong(null), weight), ArgumentError],
    ['a bad shape', () => conv2dAsync(x, Tensor.zeros([1, 2, 3, 3])), ShapeError],
    ['bad options', () => conv2dAsync(x, weight, wrong(7)), ArgumentError],
    ['a bad option', () => maxPool2dAsync(x, 2, { stride: 0 }), ShapeError],
    ['a bad signal', () => conv2dAsync(x, weight, wrong({ signal: {} })), ArgumentError],
    ['a bad axis', () => softmaxAsync(x, 4), ShapeError],
    ['a bad kernel', () => rot180Async(wrong([])), ArgumentError],
  ])('reject %s, and do not throw', async (_, run, type) => {
    const promise = run();
    await expect(promise).rejects.toBeInstanceOf(type);
  });

  it('reject with the reason of a signal that is aborted, before they look at anything', async () => {
    const reason = new Error('no longer needed');
    const out = untouched([1, 1, 3, 3]);
    const signal = AbortSignal.abort(reason);
    await expect(conv2dAsync(x, weight, { signal, out })).rejects.toBe(reason);
    await expect(conv2dAsync(wrong('nothing'), weight, { signal })).rejects.toBe(reason);
    await expect(rot180Async(weight, { signal })).rejects.toBe(reason);
    expectUntouched(out);
  });

  it('fill out and return it', async () => {
    const out = untouched([1, 1, 3, 3]);
    expect(await conv2dAsync(x, weight, { out })).toBe(out);
    expect(out.toNested()).toEqual(conv2d(x, weight).toNested());
  });

  it('take undefined for no signal', async () => {
    expect(await conv2dAsync(x, weight, { signal: undefined })).toEqual(conv2d(x, weight));
  });
});

describe('results without elements', () => {
  it('have the right shape and need no backend', async () => {
    const empty = Tensor.zeros([0, 1, 5, 5]);
    expect(conv2d(empty, weight).shape).toEqual([0, 1, 3, 3]);
    expect((await conv2dAsync(empty, weight)).shape).toEqual([0, 1, 3, 3]);
    expect(maxPool2d(empty, 2, { returnIndices: true })).toEqual({
      output: Tensor.zeros([0, 1, 2, 2]),
      indices: new Int32Array(0),
    });
    expect(adaptiveAvgPool2d(x, [0, 2]).shape).toEqual([1, 1, 0, 2]);
    expect(softmax(Tensor.zeros([3, 0])).shape).toEqual([3, 0]);
    expect(linear(Tensor.zeros([0, 4]), Tensor.zeros([2, 4])).shape).toEqual([0, 2]);
    expect(rot180(Tensor.zeros([0, 3, 3])).shape).toEqual([0, 3, 3]);
  });

  it('are not those without channels: there the bias remains', () => {
    const bias = Tensor.from([2, -3]);
    const y = conv2d(Tensor.zeros([1, 0, 3, 3]), Tensor.zeros([2, 0, 2, 2]), { bias });
    expect(y.toNested()).toEqual([
      [
        [
          [2, 2],
          [2, 2],
        ],
        [
          [-3, -3],
          [-3, -3],
        ],
      ],
    ]);
    const reflected = { bias, padding: 1, paddingMode: 'reflect' } as const;
    expect(conv2d(Tensor.zeros([1, 0, 3, 3]), Tensor.zeros([2, 0, 4, 4]), reflected).toNested()).toEqual(y.toNested());
  });
});
