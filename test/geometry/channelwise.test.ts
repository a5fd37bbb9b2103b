import { describe, expect, it } from 'vitest';
import { readActivation } from '../../src/geometry/activation.js';
import { planActivation, planBatchNorm, planSoftmax } from '../../src/geometry/channelwise.js';
import { planLinear } from '../../src/geometry/linear.js';
import { IDENTITY } from '../../src/program/step.js';
import type { Shape } from '../../src/shape.js';
import { expectArgumentError, expectShapeError } from './messages.js';

describe('batch normalisation', () => {
  const norm = (rank: 1 | 2 | 3, x: Shape, channels: number, options: object = {}) =>
    planBatchNorm(`batchNorm${rank}d`, rank, { x, mean: [channels], variance: [channels] }, options);

  it.each<[1 | 2 | 3, Shape, number, object, object]>([
    [2, [2, 3, 4, 5], 3, {}, { outer: 2, channels: 3, inner: 20 }],
    [2, [3, 4, 5], 3, {}, { outer: 1, channels: 3, inner: 20 }],
    [2, [2, 4, 5, 3], 3, { layout: 'NHWC' }, { outer: 40, channels: 3, inner: 1 }],
    [1, [7, 3], 3, {}, { outer: 7, channels: 3, inner: 1 }],
    [1, [7, 3, 5], 3, {}, { outer: 7, channels: 3, inner: 5 }],
    [3, [2, 3, 4, 5, 6], 3, {}, { outer: 2, channels: 3, inner: 120 }],
  ])('%d-D on %j', (rank, x, channels, options, geometry) => {
    const plan = norm(rank, x, channels, options);
    expect(plan).toMatchObject({ geometry, outputShape: x, scalars: [1e-5] });
  });

  it('refuses statistics that are not one a channel, other axes and odd eps', () => {
    expectShapeError(() => norm(2, [2, 3, 4, 5], 5), 'mean should contain 3 elements', 'got size [5]');
    expectShapeError(
      () => planBatchNorm('batchNorm2d', 2, { x: [2, 3, 4, 5], mean: [3], variance: [3], weight: [1, 3] }),
      'weight should contain 3 elements',
    );
    expectShapeError(() => norm(2, [3, 4], 3), 'expected 3D or 4D input (got 2D input of size [3, 4])');
    expectArgumentError(() => norm(2, [2, 3, 4, 5], 3, { eps: -1 }), 'eps must be a finite number of at least 0');
    expectArgumentError(() => norm(2, [2, 3, 4, 5], 3, { eps: Number.NaN }), 'eps must be a number, but got NaN');
    expectArgumentError(() => norm(2, [2, 3, 4, 5], 3, { eps: '1e-5' }), 'eps must be a number');
  });
});

describe('softmax', () => {
  it.each<[Shape, number, object]>([
    [[2, 3, 4], -1, { outer: 6, length: 4, inner: 1 }],
    [[2, 3, 4], 1, { outer: 2, length: 3, inner: 4 }],
    [[2, 3, 4], -3, { outer: 1, length: 2, inner: 12 }],
    [[], -1, { outer: 1, length: 1, inner: 1 }],
  ])('%j along %d', (x, axis, geometry) => {
    expect(planSoftmax('softmax', x, axis)).toMatchObject({ geometry, outputShape: x });
  });

  it('refuses an axis that is not there', () => {
    expectShapeError(() => planSoftmax('softmax', [2, 3], 2), 'expected to be in range of [-2, 1], but got 2');
    expectShapeError(() => planSoftmax('softmax', [2, 3], -3), 'but got -3');
    expectShapeError(() => planSoftmax('softmax', [2, 3], 0.5), 'axis must be an integer');
    expectArgumentError(() => planSoftmax('softmax', [2, 3], '0'), 'axis must be an integer, but got a string "0"');
  });
});

describe('linear', () => {
  it.each<[Shape, Shape, object]>([
    [[7, 4], [7, 5], { rows: 7, inFeatures: 4, outFeatures: 5 }],
    [[4], [5], { rows: 1, inFeatures: 4, outFeatures: 5 }],
    [[2, 3, 4], [2, 3, 5], { rows: 6, inFeatures: 4, outFeatures: 5 }],
    [[0, 4], [0, 5], { rows: 0, inFeatures: 4, outFeatures: 5 }],
  ])('%j', (x, outputShape, geometry) => {
    expect(planLinear('linear', { x, weight: [5, 4], bias: [5] })).toMatchObject({ geometry, outputShape });
  });

  it('refuses operands that do not fit', () => {
    expectShapeError(
      () => planLinear('linear', { x: [2, 3], weight: [5, 4] }),
      'mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)',
    );
    expectShapeError(() => planLinear('linear', { x: [], weight: [5, 4] }), 'cannot be multiplied');
    expectShapeError(() => planLinear('linear', { x: [4], weight: [4] }), 'weight must be 2-dimensional');
    expectShapeError(
      () => planLinear('linear', { x: [4], weight: [5, 4], bias: [4] }),
      'expected bias to be 1-dimensional with 5',
    );
    expectShapeError(() => planLinear('linear', { x: [2, 4], weight: [5, 4], residual: [5] }), 'residual must have');
    expectShapeError(() => planLinear('linear', { x: [2 ** 20, 0], weight: [2 ** 20, 0] }), 'limited to 2^31 - 1');
  });
});

describe('activations', () => {
  it.each<[unknown, object]>([
    [undefined, IDENTITY],
    [null, IDENTITY],
    ['relu', { kind: 'relu', alpha: 0, beta: 0 }],
    [{ kind: 'gelu' }, { kind: 'gelu', alpha: 0, beta: 0 }],
    [
      { kind: 'leakyRelu', slope: 0.25 },
      { kind: 'leakyRelu', alpha: 0.25, beta: 0 },
    ],
    ['leakyRelu', { kind: 'leakyRelu', alpha: 0.01, beta: 0 }],
    [
      { kind: 'elu', alpha: 2 },
      { kind: 'elu', alpha: 2, beta: 0 },
    ],
    [
      { kind: 'clip', min: -1, max: 4 },
      { kind: 'clip', alpha: -1, beta: 4 },
    ],
    [
      { kind: 'clip', max: 4 },
      { kind: 'clip', alpha: Number.NEGATIVE_INFINITY, beta: 4 },
    ],
  ])('%j', (activation, record) => {
    expect(readActivation('conv2d', activation).record).toEqual(record);
  });

  it.each<[unknown, string, string]>([
    ['hard_swish', 'activation must be one of relu', "Did you mean 'hardSwish'?"],
    [7, 'activation must be one of', 'but got 7'],
    [{ kind: 'relu', slope: 1 }, "unknown option 'slope'", 'kind'],
    [{ kind: 'leakyRelu', slop: 1 }, "Did you mean 'slope'?", 'leakyRelu'],
    [{ kind: 'leakyRelu', slope: '1' }, 'slope must be a number', '"1"'],
    [{ kind: 'clip', min: 2, max: 1 }, 'min must not exceed max', 'min 2 and max 1'],
    [{ kind: 'clip', min: Number.NaN }, 'min must be a number, but got NaN', ''],
    [{ kind: 'prelu' }, 'slope must be a Tensor', 'undefined'],
    [{ kind: 'constructor' }, 'activation must be one of', '"constructor"'],
  ])('refuses %j', (activation, ...phrases) => {
    expectArgumentError(() => readActivation('conv2d', activation), 'conv2d', ...phrases);
  });

  it('has the slopes of a prelu on axis 1', () => {
    expect(planActivation('activate', [2, 3, 4, 5], IDENTITY, [3]).geometry).toEqual({
      outer: 2,
      channels: 3,
      inner: 20,
    });
    expect(planActivation('activate', [6], IDENTITY, [1]).geometry).toEqual({ outer: 1, channels: 1, inner: 6 });
    expectShapeError(
      () => planActivation('activate', [2, 3], IDENTITY, [2]),
      'Mismatch of parameter numbers and input channel size',
    );
    expectShapeError(() => planActivation('activate', [6], IDENTITY, [6]), 'with 1 or 1 elements');
  });
});
