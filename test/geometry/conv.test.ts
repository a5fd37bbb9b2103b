import { describe, expect, it } from 'vitest';
import type { Rank } from '../../src/geometry/axes.js';
import { planConv } from '../../src/geometry/conv.js';
import { convParameterShapes } from '../../src/geometry/conv-parameters.js';
import type { Shape } from '../../src/shape.js';
import { expectArgumentError, expectShapeError, expectUnsupported } from './messages.js';

const plan = (
  x: Shape,
  weight: Shape,
  options: object = {},
  more: { bias?: Shape; residual?: Shape; slope?: Shape } = {},
) => planConv('conv2d', 2, { x, weight, ...more }, options);

describe('conv2d, cases that PyTorch refuses', () => {
  it.each([
    [{ groups: 6 }, 5, 'in_channels must be divisible by groups'],
    [{ groups: 5 }, 6, 'out_channels must be divisible by groups'],
    [{ groups: 0 }, 5, 'groups must be a positive integer'],
    [{ groups: -2 }, 5, 'groups must be a positive integer'],
    [{ groups: 2.5 }, 5, 'groups must be a positive integer'],
  ])('a layer of 10 channels with %j and %d outputs', ({ groups }, outChannels, phrase) => {
    expectShapeError(
      () => convParameterShapes('Conv2d', 2, { inChannels: 10, outChannels, kernelSize: 3, groups }),
      phrase,
    );
  });

  it.each<[string, Shape, Shape, object, string]>([
    [
      'the wrong number of channels',
      [1, 3, 5, 5],
      [6, 4, 3, 3],
      {},
      'Given groups=1, weight of size [6, 4, 3, 3], expected input[1, 3, 5, 5] to have 4 channels, but got 3 channels instead',
    ],
    [
      'the wrong number of channels, unbatched',
      [3, 5, 5],
      [6, 4, 3, 3],
      {},
      'Given groups=1, weight of size [6, 4, 3, 3], expected input[1, 3, 5, 5] to have 4 channels, but got 3 channels instead',
    ],
    [
      'weight rows that the groups do not divide',
      [1, 8, 5, 5],
      [6, 2, 3, 3],
      { groups: 4 },
      'Given groups=4, expected weight to be divisible by 4 at dimension 0, but got weight of size [6, 2, 3, 3] instead',
    ],
    [
      'fewer weight rows than groups',
      [1, 8, 5, 5],
      [2, 2, 3, 3],
      { groups: 4 },
      'Given groups=4, expected weight to be at least 4 at dimension 0, but got weight of size [2, 2, 3, 3] instead',
    ],
    [
      'a kernel larger than the input',
      [1, 1, 2, 2],
      [1, 1, 3, 3],
      {},
      "Calculated padded input size per channel: (2 x 2). Kernel size: (3 x 3). Kernel size can't be greater than actual input size",
    ],
    [
      'a dilated kernel larger than the padded input',
      [1, 1, 2, 9],
      [1, 1, 3, 3],
      { padding: 1, dilation: 2 },
      'Calculated padded input size per channel: (4 x 11). Kernel size: (5 x 5).',
    ],
    ['negative padding', [1, 1, 5, 5], [1, 1, 3, 3], { padding: -1 }, 'negative padding is not supported'],
    [
      'one negative side',
      [1, 1, 5, 5],
      [1, 1, 3, 3],
      {
        padding: [
          [0, 0],
          [1, -1],
        ],
      },
      'negative padding is not supported',
    ],
    ['stride 0', [1, 1, 5, 5], [1, 1, 3, 3], { stride: 0 }, 'non-positive stride is not supported'],
    ['negative stride', [1, 1, 5, 5], [1, 1, 3, 3], { stride: [1, -1] }, 'non-positive stride is not supported'],
    ['dilation 0', [1, 1, 5, 5], [1, 1, 3, 3], { dilation: 0 }, 'dilation should be greater than zero'],
    ['kernel 0', [1, 1, 5, 5], [1, 1, 0, 3], {}, 'kernel size should be greater than zero'],
    ['5-D input', [1, 1, 1, 5, 5], [1, 1, 3, 3], {}, 'Expected 3D (unbatched) or 4D (batched) input to conv2d'],
    ['2-D input', [5, 5], [1, 1, 3, 3], {}, 'Expected 3D (unbatched) or 4D (batched) input to conv2d'],
    ['3-D weight', [1, 1, 5, 5], [1, 3, 3], {}, 'weight must be 4-dimensional'],
    ['height 0', [1, 1, 0, 5], [1, 1, 3, 3], {}, 'Only zero batch or zero channel inputs are supported'],
    ['width 0', [1, 1, 5, 0], [1, 1, 3, 3], { padding: 3 }, 'Only zero batch or zero channel inputs are supported'],
    [
      "'same' with a stride",
      [1, 1, 5, 5],
      [1, 1, 3, 3],
      { padding: 'same', stride: 2 },
      "padding='same' is not supported for strided convolutions",
    ],
    [
      'reflected padding of the input size',
      [1, 1, 3, 5],
      [1, 1, 3, 3],
      { padding: 3, paddingMode: 'reflect' },
      'Padding size should be less than the corresponding input dimension',
    ],
    [
      'circular padding beyond the input size',
      [1, 1, 3, 5],
      [1, 1, 3, 3],
      { padding: [4, 0], paddingMode: 'circular' },
      'Padding value causes wrapping around more than once.',
    ],
  ])('%s', (_, x, weight, options, phrase) => {
    expectShapeError(() => plan(x, weight, options), phrase, 'conv2d: ');
  });

  it('a bias of the wrong size', () => {
    expectShapeError(
      () => plan([1, 4, 5, 5], [6, 4, 3, 3], {}, { bias: [5] }),
      'Given weight of size [6, 4, 3, 3], expected bias to be 1-dimensional with 6 elements, but got bias of size [5] instead',
    );
    expectShapeError(
      () => plan([1, 4, 5, 5], [6, 4, 3, 3], {}, { bias: [1, 6] }),
      'but got bias of size [1, 6] instead',
    );
  });

  it('a residual or a slope that does not fit the output', () => {
    const shapes: [Shape, Shape] = [
      [1, 4, 5, 5],
      [6, 4, 3, 3],
    ];
    expectShapeError(
      () => plan(...shapes, {}, { residual: [1, 6, 5, 5] }),
      "residual must have the output's shape [1, 6, 3, 3]",
    );
    expectShapeError(() => plan(...shapes, {}, { slope: [4] }), 'with 1 or 6 elements, but got size [4]');
    expect(plan(...shapes, {}, { slope: [6], residual: [1, 6, 3, 3] }).outputShape).toEqual([1, 6, 3, 3]);
  });
});

describe('conv2d, cases that work', () => {
  it('gives an unbatched result for an unbatched input', () => {
    expect(plan([3, 32, 32], [2, 3, 5, 5]).outputShape).toEqual([2, 28, 28]);
  });

  it('takes an empty batch and no channels', () => {
    expect(plan([0, 3, 5, 5], [2, 3, 3, 3]).outputShape).toEqual([0, 2, 3, 3]);
    expect(plan([1, 0, 5, 5], [2, 0, 3, 3]).outputShape).toEqual([1, 2, 3, 3]);
  });

  it("puts the odd row and column of 'same' at the bottom and the right", () => {
    const { geometry, outputShape } = plan([1, 1, 5, 7], [1, 1, 2, 4], { padding: 'same' });
    expect(outputShape).toEqual([1, 1, 5, 7]);
    expect(geometry).toMatchObject({ padTop: 0, padBottom: 1, padLeft: 1, padRight: 2 });
  });

  it("knows 'valid'", () => {
    expect(plan([1, 1, 5, 7], [1, 1, 3, 3], { padding: 'valid' }).outputShape).toEqual([1, 1, 3, 5]);
  });

  it('pads each side by its own', () => {
    const { geometry, outputShape } = plan([1, 1, 5, 5], [1, 1, 3, 3], {
      padding: [
        [1, 2],
        [3, 4],
      ],
    });
    expect(outputShape).toEqual([1, 1, 6, 10]);
    expect(geometry).toMatchObject({ padTop: 1, padBottom: 2, padLeft: 3, padRight: 4 });
  });

  it('freezes its record and keeps the axes it does not use at 1', () => {
    const { geometry } = planConv('conv1d', 1, { x: [2, 3, 9], weight: [4, 3, 3] }, { padding: 1, stride: 2 });
    expect(Object.isFrozen(geometry)).toBe(true);
    expect(geometry).toEqual({
      ...{ batch: 2, inChannels: 3, outChannels: 4, groups: 1 },
      ...{ inputDepth: 1, inputHeight: 1, inputWidth: 9, outputDepth: 1, outputHeight: 1, outputWidth: 5 },
      ...{ kernelDepth: 1, kernelHeight: 1, kernelWidth: 3, strideDepth: 1, strideHeight: 1, strideWidth: 2 },
      ...{ dilationDepth: 1, dilationHeight: 1, dilationWidth: 1 },
      ...{ padFront: 0, padBack: 0, padTop: 0, padBottom: 0, padLeft: 1, padRight: 1 },
    });
  });

  it('has a record for three axes', () => {
    const { geometry, outputShape } = planConv(
      'conv3d',
      3,
      { x: [1, 2, 4, 5, 6], weight: [3, 2, 1, 2, 3] },
      {
        stride: [1, 2, 3],
        padding: [
          [0, 1],
          [2, 0],
          [0, 0],
        ],
      },
    );
    expect(outputShape).toEqual([1, 3, 5, 3, 2]);
    expect(geometry).toMatchObject({
      padFront: 0,
      padBack: 1,
      padTop: 2,
      padBottom: 0,
      strideDepth: 1,
      strideWidth: 3,
    });
  });

  it('turns a padding mode into a step of its own', () => {
    const { geometry, pad, outputShape } = plan([2, 3, 5, 5], [4, 3, 3, 3], { padding: 1, paddingMode: 'circular' });
    expect(outputShape).toEqual([2, 4, 5, 5]);
    expect(pad).toMatchObject({
      outer: 6,
      inputHeight: 5,
      inputWidth: 5,
      padTop: 1,
      padRight: 1,
      padFront: 0,
      mode: 3,
    });
    expect(geometry).toMatchObject({ inputHeight: 7, inputWidth: 7, padTop: 0, padLeft: 0, outputHeight: 5 });
    expect(plan([2, 3, 5, 5], [4, 3, 3, 3], { paddingMode: 'circular' }).pad).toBeUndefined();
  });

  it('allows each mode as much padding as PyTorch does', () => {
    const padded = (padding: number, paddingMode: string) => plan([1, 1, 3, 3], [1, 1, 3, 3], { padding, paddingMode });
    expect(padded(2, 'reflect').outputShape).toEqual([1, 1, 5, 5]);
    expect(padded(3, 'circular').outputShape).toEqual([1, 1, 7, 7]);
    expect(padded(10, 'replicate').outputShape).toEqual([1, 1, 21, 21]);
  });

  it('transposes channels-last input and output, and nothing that already stands right', () => {
    const nhwc = plan([2, 8, 9, 3], [4, 3, 3, 3], { layout: 'NHWC' });
    expect(nhwc.outputShape).toEqual([2, 6, 7, 4]);
    expect(nhwc.before).toEqual({ batch: 2, rows: 72, columns: 3 });
    expect(nhwc.after).toEqual({ batch: 2, rows: 4, columns: 42 });
    expect(plan([8, 9, 1], [1, 1, 3, 3], { layout: 'NHWC' })).toMatchObject({ before: undefined, after: undefined });
    expect(plan([2, 3, 8, 9], [4, 3, 3, 3])).toMatchObject({ before: undefined, after: undefined });
  });

  it('has NHWC for two axes only', () => {
    expectArgumentError(() => planConv('conv1d', 1, { x: [1, 5, 1], weight: [1, 1, 3] }, { layout: 'NHWC' }), "'NHWC'");
    expectArgumentError(() => plan([1, 1, 5, 5], [1, 1, 3, 3], { layout: 'CHWN' }), "'NCHW', 'NHWC'", '"CHWN"');
  });
});

describe('sizes that no machine has', () => {
  const x: Shape = [1, 1, 5, 5];
  const weight: Shape = [1, 1, 3, 3];

  it.each([
    [{ stride: Number.NaN }, 'stride must be an integer, but got NaN'],
    [{ stride: 1.5 }, 'stride must be an integer, but got 1.5'],
    [{ stride: [1, Number.POSITIVE_INFINITY] }, 'stride must be an integer, but got Infinity'],
    [{ padding: 2 ** 31 }, 'padding must lie within'],
    [{ dilation: 1e300 }, 'dilation must lie within'],
    [{ padding: 2 ** 31 - 1 }, '2^31 - 1'],
    [{ padding: 2 ** 31 - 1, stride: 2 ** 31 - 1 }, '2^31 - 1'],
    [{ padding: 40000 }, 'limited to 2^31 - 1 elements'],
    [{ padding: 40000, paddingMode: 'replicate' }, 'limited to 2^31 - 1 elements'],
    [{ padding: 'same', dilation: 2 ** 31 - 1 }, '2^31 - 1'],
  ])('%j', (options, phrase) => {
    expectShapeError(() => plan(x, weight, options), phrase);
  });

  it('refuses an empty tensor whose other axes do not fit 32 bits', () => {
    expectShapeError(() => plan([0, 1, 2 ** 40, 3], [1, 1, 3, 3]), '2^31 - 1');
  });
});

describe('values that are no sizes', () => {
  it.each<[object, string, string]>([
    [{ stride: '2' }, 'stride must be an integer or [height, width]', '"2"'],
    [{ stride: [1, 2, 3] }, 'stride must be an integer or [height, width], but got [1, 2, 3]', ''],
    [{ stride: null }, 'stride must be an integer or [height, width], but got null', ''],
    [{ dilation: [1, '1'] }, 'dilation must be an integer', '"1"'],
    [{ padding: 'full' }, "'same' or 'valid'", '"full"'],
    [{ padding: [[1, 2, 3], 0] }, '[before, after]', '[1, 2, 3]'],
    [{ padding: {} }, 'padding must be an integer', 'an object'],
    [{ groups: '1' }, 'groups must be a positive integer', '"1"'],
    [{ paddingMode: 'mirror' }, "'reflect'", '"mirror"'],
    [{ paddingMode: 'reflekt' }, "Did you mean 'reflect'?", '"reflekt"'],
    [{ algorithm: 'winogard' }, "Did you mean 'winograd'?", ''],
    [{ algorithm: 3 }, "algorithm must be one of 'auto', 'direct'", '3'],
  ])('%j', (options, ...phrases) => {
    expectArgumentError(() => plan([1, 1, 5, 5], [1, 1, 3, 3], options), ...phrases);
  });
});

describe('a forced algorithm', () => {
  it.each(['auto', 'direct', 'gemm'])('%s does every convolution', (algorithm) => {
    expect(plan([1, 4, 5, 5], [4, 2, 3, 3], { groups: 2, algorithm }).algorithm).toBe(algorithm);
  });

  it('depthwise needs a group for each of several channels', () => {
    expect(plan([1, 4, 5, 5], [8, 1, 3, 3], { groups: 4, algorithm: 'depthwise' }).algorithm).toBe('depthwise');
    expectUnsupported(
      () => plan([1, 4, 5, 5], [4, 2, 3, 3], { groups: 2, algorithm: 'depthwise' }),
      "'depthwise'",
      '4 channels in 2 groups',
    );
    expectUnsupported(() => plan([1, 1, 5, 5], [4, 1, 3, 3], { algorithm: 'depthwise' }), '1 channels in 1 groups');
  });

  it('winograd does 3 × 3 kernels with stride 1 and one group, dilated ones too', () => {
    for (const options of [{}, { padding: 'same' }, { dilation: 2 }]) {
      expect(plan([1, 3, 7, 7], [4, 3, 3, 3], { ...options, algorithm: 'winograd' }).algorithm).toBe('winograd');
    }
  });

  it.each([
    [[4, 4, 3, 5], {}, '3 × 5'],
    [[4, 4, 3, 3], { stride: [1, 2] }, '1 × 2'],
    [[4, 2, 3, 3], { groups: 2 }, 'one group, but got 2'],
  ])('winograd refuses weight %j with %j', (weight, options, phrase) => {
    expectUnsupported(() => plan([1, 4, 9, 9], weight, { ...options, algorithm: 'winograd' }), "'winograd'", phrase);
  });

  const planFft = (x: Shape, weight: Shape, options: object) =>
    planConv(`conv${x.length - 2}d`, (x.length - 2) as Rank, { x, weight }, { ...options, algorithm: 'fft' });

  it.each([
    [[1, 4, 9, 9], [4, 4, 5, 7], {}],
    [[2, 4, 9, 9], [8, 2, 3, 3], { groups: 2, padding: [1, 3] }],
    [[1, 4, 9, 9], [4, 1, 11, 1], { groups: 4, padding: 'same' }],
    [[1, 4, 99], [2, 4, 70], {}],
    [[1, 4, 1, 9, 9], [4, 4, 1, 3, 3], {}],
  ])('fft does planes and rows of any groups: %j by %j with %j', (x, weight, options) => {
    expect(planFft(x, weight, options).algorithm).toBe('fft');
  });

  it.each([
    [[1, 4, 9, 9], [4, 4, 3, 5], { stride: [1, 2] }, 'stride 1, but got 1 × 2'],
    [[1, 4, 9, 9], [4, 4, 3, 3], { dilation: 2 }, 'dilation 1, but got 2 × 2'],
    [[1, 0, 9, 9], [4, 0, 3, 3], {}, 'input channels, but got none'],
    [[1, 4, 9, 9, 9], [4, 4, 3, 3, 3], {}, 'a kernel of 3, an input of 9'],
    [[1, 4, 9, 9, 9], [4, 4, 1, 3, 3], {}, 'planes or rows'],
  ])('fft refuses %j by %j with %j', (x, weight, options, phrase) => {
    expectUnsupported(() => planFft(x, weight, options), "'fft'", phrase, "use 'auto'");
  });
});
