import { ArgumentError, ShapeError, Tensor } from 'convkit';
import { describe, expect, it } from 'vitest';

describe('Tensor', () => {
  it('shares the data that it is given', () => {
    const data = new Float32Array(6);
    const tensor = new Tensor(data, [2, 3]);
    expect(tensor.data).toBe(data);
    expect(tensor.size).toBe(6);
    expect(tensor.shape).toEqual([2, 3]);
  });

  it('keeps a shape of its own', () => {
    const shape = [2, 3];
    const tensor = new Tensor(new Float32Array(6), shape);
    shape[0] = 7;
    expect(tensor.shape).toEqual([2, 3]);
    expect(() => (tensor.shape as number[]).push(1)).toThrow(TypeError);
  });

  it('refuses data that do not fit the shape', () => {
    expect(() => new Tensor(new Float32Array(6), [2, 4])).toThrow(ShapeError);
    expect(() => new Tensor([1, 2] as never, [2])).toThrow(ArgumentError);
    expect(() => Tensor.zeros([2 ** 16, 2 ** 15])).toThrow('limited to 2^31 - 1 elements');
    expect(() => Tensor.zeros([-1])).toThrow(ShapeError);
    expect(() => Tensor.zeros(3 as never)).toThrow(ArgumentError);
  });

  it.each([
    [
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      [2, 3],
    ],
    [[[[1], [2]]], [1, 2, 1]],
    [[], [0]],
    [
      [[], []],
      [2, 0],
    ],
    [5, []],
  ])('reads %j and gives it back', (values, shape) => {
    const tensor = Tensor.from(values);
    expect(tensor.shape).toEqual(shape);
    expect(tensor.toNested()).toEqual(values);
  });

  it('reads flat numbers with a shape, and copies typed arrays', () => {
    expect(Tensor.from([1, 2, 3, 4], [2, 2]).toNested()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    const data = Float32Array.of(1, 2);
    const tensor = Tensor.from(data);
    data[0] = 7;
    expect(tensor.toNested()).toEqual([1, 2]);
    expect(Tensor.from(Uint8Array.of(255, 0), [1, 2]).toNested()).toEqual([[255, 0]]);
  });

  it('refuses ragged rows and what is no number', () => {
    const endless: unknown[] = [];
    endless.push(endless);
    expect(() => Tensor.from([[1, 2], [3]])).toThrow('rows differ in shape, [2] and [1]');
    expect(() => Tensor.from([[1], 2])).toThrow(ShapeError);
    expect(() => Tensor.from([1, 2, 3], [2, 2])).toThrow(ShapeError);
    expect(() => Tensor.from(['1'] as never)).toThrow('a string "1"');
    expect(() => Tensor.from(BigInt64Array.of(1n) as never)).toThrow('a BigInt64Array');
    expect(() => Tensor.from(endless as never)).toThrow(ArgumentError);
    expect(() => Tensor.from(undefined as never)).toThrow(ArgumentError);
  });

  it('takes another shape over the same data', () => {
    const tensor = Tensor.from([1, 2, 3, 4, 5, 6]);
    expect(tensor.reshape([2, 3]).data).toBe(tensor.data);
    expect(tensor.reshape([3, -1]).shape).toEqual([3, 2]);
    expect(tensor.reshape([-1]).shape).toEqual([6]);
    expect(tensor.reshape([1, 6, 1]).toNested()).toEqual([[[1], [2], [3], [4], [5], [6]]]);
    expect(() => tensor.reshape([4, -1])).toThrow('[4, -1] is invalid for 6 elements');
    expect(() => tensor.reshape([0, -1])).toThrow(ShapeError);
    expect(() => tensor.reshape([-1, -1])).toThrow(ShapeError);
    expect(() => tensor.reshape([7])).toThrow(ShapeError);
    expect(() => tensor.reshape('6' as never)).toThrow(ArgumentError);
  });
});
