import { describe, expect, it } from 'vitest';
import { planCol2im, planIm2col } from '../../src/geometry/columns.js';
import type { Shape } from '../../src/shape.js';
import { expectArgumentError, expectShapeError } from './messages.js';

const im2col = (x: Shape, kernelSize: unknown, options: object = {}) => planIm2col('im2col', x, kernelSize, options);
const col2im = (x: Shape, outputSize: unknown, kernelSize: unknown, options: object = {}) =>
  planCol2im('col2im', x, { outputSize, kernelSize }, options);

describe('im2col', () => {
  it.each<[Shape, unknown, object, Shape]>([
    [[2, 3, 5, 6], 3, {}, [2, 27, 12]],
    [
      [3, 5, 6],
      [2, 3],
      {
        stride: 2,
        padding: [
          [1, 0],
          [0, 0],
        ],
      },
      [18, 6],
    ],
    [[5, 6, 3], 3, { dilation: 2, layout: 'NHWC' }, [27, 2]],
    [[0, 3, 5, 6], 3, {}, [0, 27, 12]],
  ])('%j with kernel %j, %j', (x, kernelSize, options, expected) => {
    expect(im2col(x, kernelSize, options).outputShape).toEqual(expected);
  });

  it.each<[string, Shape, unknown, object, string]>([
    ['no window fits', [1, 1, 2, 2], 3, {}, 'but its components must be at least one'],
    ['no channels', [1, 0, 5, 5], 3, {}, 'Expected 3D (unbatched) or 4D (batched) input to im2col'],
    ['axes', [5, 5], 3, {}, 'Expected 3D (unbatched) or 4D (batched) input to im2col'],
    ['kernel', [1, 1, 5, 5], 0, {}, 'kernel size should be greater than zero'],
    ['stride', [1, 1, 5, 5], 2, { stride: 0 }, 'stride should be greater than zero'],
    ['dilation', [1, 1, 5, 5], 2, { dilation: 0 }, 'dilation should be greater than zero'],
    ['padding', [1, 1, 5, 5], 2, { padding: -1 }, 'negative padding is not supported'],
    ['too many', [1, 1, 30000, 30000], 3, {}, 'limited to 2^31 - 1 elements'],
  ])('refuses: %s', (_, x, kernelSize, options, phrase) => {
    expectShapeError(() => im2col(x, kernelSize, options), phrase);
  });

  it('has no padding by name', () => {
    expectArgumentError(() => im2col([1, 1, 5, 5], 3, { padding: 'same' }), 'padding must be numbers');
  });
});

describe('col2im', () => {
  it.each<[Shape, unknown, unknown, object, Shape]>([
    [[2, 27, 12], [5, 6], 3, {}, [2, 3, 5, 6]],
    [
      [18, 6],
      [5, 6],
      [2, 3],
      {
        stride: 2,
        padding: [
          [1, 0],
          [0, 0],
        ],
      },
      [3, 5, 6],
    ],
    [[27, 2], [5, 6], 3, { dilation: 2, layout: 'NHWC' }, [5, 6, 3]],
    [[0, 27, 12], [5, 6], 3, {}, [0, 3, 5, 6]],
  ])('%j to %j with kernel %j, %j', (x, outputSize, kernelSize, options, expected) => {
    expect(col2im(x, outputSize, kernelSize, options).outputShape).toEqual(expected);
  });

  it.each<[string, Shape, unknown, unknown, string]>([
    [
      'rows',
      [1, 26, 12],
      [5, 6],
      3,
      "Expected size of input's dimension 1 to be divisible by the product of kernel_size",
    ],
    [
      'blocks',
      [1, 27, 11],
      [5, 6],
      3,
      'match the calculated number of sliding blocks 3 * 4 = 12, but got input.size(2)=11',
    ],
    ['axes', [12], [5, 6], 3, 'Expected 2D or 3D (batch mode) tensor'],
    ['empty', [1, 0, 12], [5, 6], 3, 'Expected 2D or 3D (batch mode) tensor'],
    ['output size', [1, 27, 12], [0, 6], 3, 'output size should be greater than zero'],
    ['window', [1, 27, 12], [2, 2], 3, 'but its components must be at least one'],
  ])('refuses: %s', (_, x, outputSize, kernelSize, phrase) => {
    expectShapeError(() => col2im(x, outputSize, kernelSize), phrase);
  });
});
