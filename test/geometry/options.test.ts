import { describe, expect, it } from 'vitest';
import { closest, readOptions } from '../../src/geometry/options.js';
import {
  conv1dOutputShape,
  conv2dOutputShape,
  conv3dOutputShape,
  pool1dOutputShape,
  pool2dOutputShape,
  pool3dOutputShape,
} from '../../src/geometry/output-shape.js';
import type { Shape } from '../../src/shape.js';
import { expectArgumentError, expectShapeError } from './messages.js';

describe('option names', () => {
  const keys = ['stride', 'padding', 'paddingMode', 'countIncludePad'] as const;

  it('suggests the nearest one and lists them all', () => {
    expectArgumentError(
      () => readOptions('conv2d', { strides: 2 }, keys),
      "conv2d: unknown option 'strides'",
      "Did you mean 'stride'?",
      'stride, padding, paddingMode, countIncludePad',
    );
    expect(closest('padding_mode', keys)).toBe('paddingMode');
    expect(closest('count_include_pad', keys)).toBe('countIncludePad');
    expect(closest('Stride', keys)).toBe('stride');
    expect(closest('kernelSize', keys)).toBeUndefined();
  });

  it('says where the signal belongs', () => {
    expectArgumentError(() => readOptions('conv2d', { signal: undefined }, keys), 'conv2dAsync');
  });

  it.each([null, 3, 'same', [1], true])('refuses %j for options', (options) => {
    expectArgumentError(() => readOptions('conv2d', options, keys), 'conv2d: options must be an object');
  });
});

describe('output shapes alone', () => {
  it.each<[object, Shape]>([
    [{ stride: 2 }, [20, 33, 24, 49]],
    [{ stride: [2, 1], padding: [4, 2] }, [20, 33, 28, 102]],
  ])('conv2d with %j', (options, expected) => {
    expect(conv2dOutputShape([20, 16, 50, 100], [33, 16, 3, 3], options)).toEqual(expected);
  });

  it('has twins for one and three axes', () => {
    expect(conv1dOutputShape([2, 3, 10], [4, 3, 3], { padding: 'same' })).toEqual([2, 4, 10]);
    expect(conv3dOutputShape([2, 3, 5, 6, 7], [4, 3, 1, 2, 3])).toEqual([2, 4, 5, 5, 5]);
    expect(pool1dOutputShape([2, 3, 10], 3)).toEqual([2, 3, 3]);
    expect(pool2dOutputShape([20, 16, 50, 32], 3, { stride: 2, padding: 1 })).toEqual([20, 16, 25, 16]);
    expect(pool3dOutputShape([2, 3, 5, 6, 7], [1, 2, 3], { ceilMode: true })).toEqual([2, 3, 5, 3, 3]);
  });

  it('checks shapes as it checks options', () => {
    expectArgumentError(() => conv2dOutputShape('1,2' as never, [1, 1, 3, 3]), 'inputShape', 'a string "1,2"');
    expectArgumentError(() => conv2dOutputShape([1, 1, 5, '5'] as never, [1, 1, 3, 3]), 'a string "5"');
    expectShapeError(() => conv2dOutputShape([1, 1, 5.5, 5], [1, 1, 3, 3]), 'non-negative integers');
    expectShapeError(() => conv2dOutputShape([1, 1, -5, 5], [1, 1, 3, 3]), 'non-negative integers');
    expectShapeError(() => pool2dOutputShape([1, 1, Number.NaN, 5], 2), 'non-negative integers');
    expectArgumentError(() => pool2dOutputShape([1, 1, 5, 5], 2, { kernel: 3 } as never), "unknown option 'kernel'");
  });
});
