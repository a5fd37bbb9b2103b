import { describe, expect, it } from 'vitest';
import { readOnnx } from '../../../src/model/onnx/read.js';
import { type TensorSpec, writeOnnx } from '../../support/onnx-writer.js';
import { floats, integer, integers, message, text } from '../../support/protobuf-writer.js';
import { readTensor, unknownField, withTensor } from './support.js';

const ENCODINGS = ['raw', 'field', 'packed'] as const;

/** Values of a type as they are written, and as they should come back where that differs. */
const TYPES: [NonNullable<TensorSpec['type']>, (number | bigint)[], number[]?][] = [
  ['float32', [1.5, -0, Number.NaN, Number.POSITIVE_INFINITY, 2 ** -149, 3]],
  ['float64', [0.1, -1e300, Number.NaN, Number.NEGATIVE_INFINITY, -0, 3]],
  ['int8', [-128, 127, 0, 1, -1, 5]],
  ['uint8', [0, 255, 128, 1, 2, 5]],
  ['int16', [-32768, 32767, 0, 1, -1, 5]],
  ['uint16', [0, 65535, 32768, 1, 2, 5]],
  ['int32', [-(2 ** 31), 2 ** 31 - 1, 0, 1, -1, 5]],
  ['uint32', [0, 2 ** 32 - 1, 2 ** 31, 1, 2, 5]],
  [
    'int64',
    [-(2n ** 63n), 2n ** 63n - 1n, 2n ** 53n, -(2n ** 53n), 2n ** 53n + 2n, -1n],
    [-(2 ** 63), 2 ** 63, 2 ** 53, -(2 ** 53), 2 ** 63, -1],
  ],
  ['uint64', [0n, 2n ** 64n - 1n, 2n ** 53n, 2n ** 32n, 2n ** 63n, 5n], [0, 2 ** 63, 2 ** 53, 2 ** 32, 2 ** 63, 5]],
  ['bool', [1, 0, 0, 1, 1, 2], [1, 0, 0, 1, 1, 1]],
  ['float16', [0x3c00, 0xc000, 0x0001, 0x7c00, 0x7e00, 0x8000], [1, -2, 2 ** -24, Infinity, Number.NaN, -0]],
  ['bfloat16', [0x3f80, 0xc000, 0x0001, 0x7f80, 0x7fc0, 0x8000], [1, -2, 2 ** -133, Infinity, Number.NaN, -0]],
];

describe('a tensor', () => {
  describe.each(TYPES)('of %s', (type, values, expected = values.map(Number)) => {
    const Expected = type.includes('float') && type !== 'float64' ? Float32Array : Float64Array;

    it.each(ENCODINGS)('written %s', (encoding) => {
      expect(readTensor({ type, shape: [2, 3], values, encoding })).toEqual({
        type,
        shape: [2, 3],
        data: Expected.from(expected),
      });
    });

    it('is the same at every place in the file', () => {
      for (let shift = 0; shift < 8; shift++) {
        const { data } = readTensor({ type, shape: [6], values }, { graphFields: [unknownField(shift)] });
        expect(data).toEqual(Expected.from(expected));
      }
    });

    it.each(ENCODINGS)('may be empty, written %s', (encoding) => {
      const { shape, data } = readTensor({ type, shape: [3, 0, 2], values: [], encoding });
      expect([shape, data]).toEqual([[3, 0, 2], new Expected()]);
    });
  });

  it('may be empty whatever its other sizes, and a scalar', () => {
    const huge = (2n ** 62n) as unknown as number;
    expect(readTensor({ shape: [huge, huge, huge, huge, 0] }).data).toHaveLength(0);
    expect(readTensor({ shape: [], values: [7] })).toEqual({ type: 'float32', shape: [], data: Float32Array.of(7) });
  });

  it.each(['raw', 'packed'] as const)('of float32, %s, leaves the file, aligned there or not', (encoding) => {
    const views = Array.from({ length: 4 }, (_, shift) => {
      const file = writeOnnx(
        withTensor({ shape: [2], values: [1, 2], encoding }, { graphFields: [unknownField(shift)] }),
      );
      const { data } = readOnnx(file).initializers.get('w')!;
      expect(data).toEqual(Float32Array.of(1, 2));
      return data.buffer === file.buffer;
    });
    expect(views).toEqual([false, false, false, false]);
  });

  it('may mix packed chunks and lone values, in any order with its header', () => {
    const tensor = message(5, [
      ...floats(4, [1, 2], true),
      ...floats(4, [3], false),
      text(8, 'w'),
      ...floats(4, [4, 5], true),
      integer(2, 1),
      ...integers(1, [1, 5], true),
    ]);
    const { initializers } = readOnnx(writeOnnx({ graphFields: [tensor] }));
    expect(initializers.get('w')).toEqual({ type: 'float32', shape: [1, 5], data: Float32Array.of(1, 2, 3, 4, 5) });
  });
});
