import { describe, expect, it } from 'vitest';
import { planConvTranspose } from '../../src/geometry/conv-transpose.js';
import type { Shape } from '../../src/shape.js';
import { expectShapeError, expectUnsupported } from './messages.js';

const plan = (x: Shape, weight: Shape, options: object = {}, bias?: Shape) =>
  planConvTranspose('convTranspose2d', 2, { x, weight, bias }, options);

describe('convTranspose2d', () => {
  it.each<[object, Shape]>([
    [{}, [1, 6, 7, 8]],
    [{ stride: 2 }, [1, 6, 11, 13]],
    [{ stride: 2, padding: 1, outputPadding: 1 }, [1, 6, 10, 12]],
    [
      {
        stride: [3, 1],
        padding: [
          [1, 0],
          [0, 2],
        ],
        dilation: [2, 1],
      },
      [1, 6, 16, 6],
    ],
    [{ dilation: 3, outputPadding: [2, 0] }, [1, 6, 13, 12]],
    [{ padding: 'same' }, [1, 6, 5, 6]],
    [{ padding: 'valid' }, [1, 6, 7, 8]],
    [{ groups: 2 }, [1, 12, 7, 8]],
  ])('%j', (options, expected) => {
    expect(plan([1, 4, 5, 6], [4, 6, 3, 3], options).outputShape).toEqual(expected);
  });

  it('keeps an unbatched input unbatched, and channels last last', () => {
    expect(plan([4, 5, 6], [4, 6, 3, 3]).outputShape).toEqual([6, 7, 8]);
    expect(plan([5, 6, 4], [4, 6, 3, 3], { layout: 'NHWC' }).outputShape).toEqual([7, 8, 6]);
  });

  it.each([
    { outputPadding: 1 },
    { outputPadding: 2, stride: 2 },
    { outputPadding: [0, 3], dilation: 3 },
    { outputPadding: [0, 3], stride: [4, 1] },
  ])('%j: the output would have rows that nothing reaches', (options) => {
    expectShapeError(
      () => plan([1, 4, 5, 6], [4, 6, 3, 3], options),
      'output padding must be smaller than either stride or dilation',
    );
  });

  it.each<[string, Shape, object, string]>([
    ['negative output padding', [1, 4, 5, 6], { outputPadding: -1 }, 'negative output_padding is not supported'],
    [
      'no output left',
      [1, 4, 1, 1],
      { padding: 2 },
      'Calculated output size per channel: (-1 x -1). Output size is too small',
    ],
    [
      'channels',
      [1, 3, 5, 6],
      {},
      'Given transposed=1, weight of size [4, 6, 3, 3], expected input[1, 3, 5, 6] to have 4 channels',
    ],
    ['empty plane', [1, 4, 0, 6], {}, 'Only zero batch or zero channel inputs are supported'],
    ['axes', [5, 6], {}, 'Expected 3D (unbatched) or 4D (batched) input to convTranspose2d'],
    ['groups', [1, 4, 5, 6], { groups: 3 }, 'expected weight to be divisible by 3 at dimension 0'],
    ['output', [1, 4, 5, 6], { stride: 2 ** 30 }, '2^31 - 1'],
  ])('%s', (_, x, options, phrase) => {
    expectShapeError(() => plan(x, [4, 6, 3, 3], options), phrase);
  });

  it('wants a bias of out channels, all groups together', () => {
    expectShapeError(
      () => plan([1, 4, 5, 6], [4, 6, 3, 3], { groups: 2 }, [6]),
      'expected bias to be 1-dimensional with 12 elements, but got bias of size [6] instead',
    );
  });

  it('has one padding mode and one algorithm', () => {
    expectUnsupported(
      () => plan([1, 4, 5, 6], [4, 6, 3, 3], { paddingMode: 'reflect' }),
      'Only "zeros" padding mode is supported',
    );
    expectUnsupported(() => plan([1, 4, 5, 6], [4, 6, 3, 3], { algorithm: 'gemm' }), "'direct'", "use 'auto'");
    expect(plan([1, 4, 5, 6], [4, 6, 3, 3], { algorithm: 'direct' }).algorithm).toBe('direct');
  });
});
