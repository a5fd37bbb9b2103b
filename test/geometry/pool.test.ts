import { describe, expect, it } from 'vitest';
import { planAdaptivePool } from '../../src/geometry/adaptive-pool.js';
import { planMaxUnpool } from '../../src/geometry/max-unpool.js';
import { planAvgPool, planLpPool, planMaxPool } from '../../src/geometry/pool.js';
import type { Shape } from '../../src/shape.js';
import { expectArgumentError, expectShapeError } from './messages.js';

const request = (x: Shape, kernelSize: unknown) => ({ operator: 'pool2d', rank: 2 as const, x, kernelSize });
const maxPool = (x: Shape, kernelSize: unknown, options: object = {}) => planMaxPool(request(x, kernelSize), options);
const adaptive = (x: Shape, outputSize: unknown, options: object = {}) =>
  planAdaptivePool({ kind: 'adaptiveAvgPool', operator: 'adaptiveAvgPool2d', rank: 2, x, outputSize }, options);

describe('sliding-window pooling', () => {
  it.each<[object, Shape]>([
    [{}, [1, 2, 3, 4]],
    [{ stride: 1 }, [1, 2, 6, 7]],
    [{ stride: [1, 2], padding: 1 }, [1, 2, 8, 5]],
    [{ stride: 1, dilation: [2, 3] }, [1, 2, 5, 5]],
    [
      {
        padding: [
          [1, 0],
          [0, 1],
        ],
      },
      [1, 2, 4, 4],
    ],
    [{ padding: 1, ceilMode: true }, [1, 2, 4, 5]],
  ])('%j on 7×8 with a kernel of 2', (options, expected) => {
    expect(maxPool([1, 2, 7, 8], 2, options).outputShape).toEqual(expected);
  });

  it('has the stride of the kernel where none is given', () => {
    expect(maxPool([1, 2, 7, 8], [2, 3]).geometry).toMatchObject({ strideHeight: 2, strideWidth: 3 });
  });

  it('drops a last window that would start beyond the input', () => {
    expect(maxPool([1, 1, 4, 4], 3, { stride: 3, padding: 1, ceilMode: true }).outputShape).toEqual([1, 1, 2, 2]);
    expect(maxPool([1, 1, 5, 5], 3, { stride: 3, padding: 1, ceilMode: true }).outputShape).toEqual([1, 1, 2, 2]);
    expect(maxPool([1, 1, 6, 6], 3, { stride: 3, padding: 1, ceilMode: true }).outputShape).toEqual([1, 1, 3, 3]);
  });

  it("is Caffe's with ceilMode", () => {
    expect(maxPool([1, 64, 112, 112], 3, { stride: 2, ceilMode: true }).outputShape).toEqual([1, 64, 56, 56]);
    expect(maxPool([1, 64, 112, 112], 3, { stride: 2 }).outputShape).toEqual([1, 64, 55, 55]);
  });

  it('keeps layout, batch and unbatched input', () => {
    expect(maxPool([7, 8, 2], 2, { layout: 'NHWC' }).outputShape).toEqual([3, 4, 2]);
    expect(maxPool([2, 7, 8], 2).outputShape).toEqual([2, 3, 4]);
    expect(maxPool([0, 2, 7, 8], 2).outputShape).toEqual([0, 2, 3, 4]);
  });

  it.each<[string, Shape, unknown, object, string]>([
    ['too much padding', [1, 1, 9, 9], 3, { padding: 2 }, 'pad should be at most half of kernel size'],
    ['too much on one side', [1, 1, 9, 9], 3, { padding: [[0, 2], 0] }, 'pad should be at most half of kernel size'],
    ['no output', [1, 1, 2, 2], 3, {}, 'Output size is too small'],
    ['stride 0', [1, 1, 9, 9], 3, { stride: 0 }, 'stride should not be zero'],
    ['negative stride', [1, 1, 9, 9], 3, { stride: [1, -1] }, 'stride should be greater than zero'],
    ['dilation 0', [1, 1, 9, 9], 3, { dilation: 0 }, 'dilation should be greater than zero'],
    ['negative padding', [1, 1, 9, 9], 3, { padding: -1 }, 'pad must be non-negative'],
    ['kernel 0', [1, 1, 9, 9], [3, 0], {}, 'kernel size should be greater than zero'],
    ['fractional kernel', [1, 1, 9, 9], 1.5, {}, 'kernelSize must be an integer, but got 1.5'],
    ['huge kernel', [1, 1, 9, 9], 2 ** 31, {}, 'kernelSize must lie within'],
    [
      'no channels',
      [1, 0, 9, 9],
      3,
      {},
      'Expected 3D or 4D (batch mode) tensor with optional 0 dim batch size for input',
    ],
    [
      'an empty plane',
      [1, 1, 0, 9],
      3,
      {},
      'Expected 3D or 4D (batch mode) tensor with optional 0 dim batch size for input',
    ],
    ['too few axes', [9, 9], 3, {}, 'Expected 3D or 4D (batch mode) tensor with optional 0 dim batch size for input'],
  ])('%s', (_, x, kernelSize, options, phrase) => {
    expectShapeError(() => maxPool(x, kernelSize, options), phrase, 'pool2d: ');
  });

  it('wants booleans and numbers', () => {
    expectArgumentError(() => maxPool([1, 1, 9, 9], 3, { ceilMode: 1 }), 'ceilMode must be true or false, but got 1');
    expectArgumentError(() => maxPool([1, 1, 9, 9], undefined), 'kernelSize must be an integer or [height, width]');
    expectArgumentError(
      () => maxPool([1, 1, 9, 9], 3, { padding: 'same' }),
      'padding of a pooling window must be numbers',
    );
  });
});

describe('average pooling', () => {
  it('counts the padding and divides by the count unless told otherwise', () => {
    const record = (options: object) => planAvgPool(request([1, 1, 4, 4], 2), options).geometry;
    expect(record({})).toMatchObject({ countIncludePad: 1, divisorOverride: 0 });
    expect(record({ countIncludePad: false, divisorOverride: 3 })).toMatchObject({
      countIncludePad: 0,
      divisorOverride: 3,
    });
    expect(record({ divisorOverride: null })).toMatchObject({ divisorOverride: 0 });
  });

  it('refuses the divisor 0', () => {
    expectShapeError(() => planAvgPool(request([1, 1, 4, 4], 2), { divisorOverride: 0 }), 'divisor must be not zero');
    expectShapeError(() => planAvgPool(request([1, 1, 4, 4], 2), { divisorOverride: 0.5 }), 'must be an integer');
  });
});

describe('power-average pooling', () => {
  it('takes any finite power but 0', () => {
    expect(planLpPool(request([1, 1, 5, 5], 2), 3, { ceilMode: true })).toMatchObject({
      scalars: [3],
      outputShape: [1, 1, 3, 3],
    });
    expectShapeError(() => planLpPool(request([1, 1, 4, 4], 2), 0), 'p must be a finite number other than 0');
    expectShapeError(() => planLpPool(request([1, 1, 4, 4], 2), Number.POSITIVE_INFINITY), 'p must be a finite number');
    expectArgumentError(() => planLpPool(request([1, 1, 4, 4], 2), Number.NaN), 'p must be a number, but got NaN');
    expectArgumentError(() => planLpPool(request([1, 1, 4, 4], 2), '2'), 'p must be a number, but got a string "2"');
  });
});

describe('adaptive pooling', () => {
  it.each<[unknown, Shape]>([
    [3, [1, 2, 3, 3]],
    [
      [2, 5],
      [1, 2, 2, 5],
    ],
    [
      [null, 5],
      [1, 2, 7, 5],
    ],
    [null, [1, 2, 7, 8]],
    [
      [0, 4],
      [1, 2, 0, 4],
    ],
    [
      [9, 20],
      [1, 2, 9, 20],
    ],
  ])('%j', (outputSize, expected) => {
    expect(adaptive([1, 2, 7, 8], outputSize).outputShape).toEqual(expected);
  });

  it('refuses negative sizes, and input without channels or pixels', () => {
    expectShapeError(() => adaptive([1, 2, 7, 8], -1), 'must be greater than or equal to 0');
    expectShapeError(() => adaptive([1, 2, 7, 8], [2 ** 20, 2 ** 20]), 'limited to 2^31 - 1 elements');
    expectShapeError(() => adaptive([1, 0, 7, 8], 1), 'tensor with optional 0 dim batch size for input');
    expectShapeError(() => adaptive([1, 2, 0, 8], 1), 'tensor with optional 0 dim batch size for input');
    expectArgumentError(() => adaptive([1, 2, 7, 8], undefined), 'outputSize must be an integer or [height, width]');
    expectArgumentError(
      () => adaptive([1, 2, 7, 8], [1]),
      'outputSize must be an integer or [height, width], but got [1]',
    );
  });

  it('takes channels last, and an empty batch', () => {
    expect(adaptive([7, 8, 2], 1, { layout: 'NHWC' }).outputShape).toEqual([1, 1, 2]);
    expect(adaptive([0, 2, 7, 8], 1).outputShape).toEqual([0, 2, 1, 1]);
  });
});

describe('max unpooling', () => {
  const unpool = (options: object) => planMaxUnpool(request([1, 2, 3, 4], 2), options);

  it.each<[object, Shape]>([
    [{}, [1, 2, 6, 8]],
    [{ stride: 3 }, [1, 2, 8, 11]],
    [{ padding: 1 }, [1, 2, 4, 6]],
    [{ outputSize: [7, 8] }, [1, 2, 7, 8]],
    [{ outputSize: [5, 9] }, [1, 2, 5, 9]],
  ])('%j', (options, expected) => {
    expect(unpool(options).outputShape).toEqual(expected);
  });

  it('refuses sizes that no pooling could have come from', () => {
    expectShapeError(() => unpool({ outputSize: [8, 8] }), 'invalid outputSize [8, 8] (dim 0 must be between 4 and 8)');
    expectShapeError(() => planMaxUnpool(request([1, 2, 1, 1], 2), { padding: 1 }), 'Output size is too small');
  });
});
