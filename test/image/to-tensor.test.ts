import { type Image, type ToTensorOptions, toTensor, toTensorAsync } from 'convkit/image';
import { describe, expect, it } from 'vitest';
import { assertBackendTook } from '../support/backend.js';
import { at, noise, type PixelTypeName } from './support.js';

assertBackendTook();

const FULL = { uint8: 255, uint16: 65535, float32: 1 };

/** By the definition, rounded to float32 where the promise says so. */
function expected(image: Image, options: ToTensorOptions, channels: readonly number[]): number[] {
  const { left, top, width, height } = options.crop ?? { left: 0, top: 0, width: image.width, height: image.height };
  const { flip } = options;
  const flipX = flip === true || flip === 'horizontal' || flip === 'both';
  const flipY = flip === 'vertical' || flip === 'both';
  const of = (value: number | readonly number[] | undefined, c: number, fallback: number) =>
    Array.isArray(value) ? value[c] : ((value as number | undefined) ?? fallback);
  const scale = options.scale ?? 1 / FULL[image.dtype];
  const value = (c: number, y: number, x: number) => {
    const std = of(options.std, c, 1);
    const fromX = left + (flipX ? width - 1 - x : x);
    const fromY = top + (flipY ? height - 1 - y : y);
    const product = Math.fround(at(image, fromX, fromY, channels[c]) * Math.fround(scale / std));
    return Math.fround(product + Math.fround(-of(options.mean, c, 0) / std));
  };
  const values: number[] = [];
  if (options.layout === 'NHWC') {
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) for (let c = 0; c < channels.length; c++) values.push(value(c, y, x));
  } else {
    for (let c = 0; c < channels.length; c++)
      for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) values.push(value(c, y, x));
  }
  return values;
}

/** Around the vectors of every instruction set, and longer than a unit of work. */
const SIZES = [
  [1, 1],
  [3, 5],
  [16, 1],
  [17, 2],
  [33, 7],
  [128, 70],
] as const;

describe('toTensor', () => {
  it.each(['uint8', 'uint16', 'float32'] as const)(
    'gives (value · scale − mean) / std, to the bit: %s',
    (type: PixelTypeName) => {
      const cases: [number, ToTensorOptions, number[]][] = [
        [1, {}, [0]],
        [1, { outChannels: 3, mean: [0.1, 0.2, 0.3] }, [0, 0, 0]],
        [2, { flip: true }, [0, 1]],
        [2, { outChannels: 1 }, [0]],
        [3, { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }, [0, 1, 2]],
        [3, { flip: 'horizontal', swapRedBlue: true, scale: 1 }, [2, 1, 0]],
        [3, { flip: 'both', layout: 'NHWC', std: 0.5 }, [0, 1, 2]],
        [4, { outChannels: 3, mean: 0.5 }, [0, 1, 2]],
        [4, { flip: 'vertical', swapRedBlue: true }, [2, 1, 0, 3]],
      ];
      for (const [width, height] of SIZES) {
        for (const [channels, options, sources] of cases) {
          const image = noise(width, height, channels, type);
          const tensor = toTensor(image, options);
          const [c, h, w] = [sources.length, height, width];
          expect(tensor.shape).toEqual(options.layout === 'NHWC' ? [h, w, c] : [c, h, w]);
          expect(Array.from(tensor.data)).toEqual(expected(image, options, sources));
        }
      }
    },
  );

  it('crops', () => {
    const image = noise(40, 30, 3);
    const crop = { left: 3, top: 4, width: 33, height: 9 };
    for (const flip of [false, 'both'] as const) {
      expect(Array.from(toTensor(image, { crop, flip }).data)).toEqual(expected(image, { crop, flip }, [0, 1, 2]));
    }
  });

  it('reads rows that have gaps between them, and bytes at any address', () => {
    const image = noise(19, 11, 3);
    const rowStride = 64;
    const bytes = new Uint8Array(rowStride * 10 + 57 + 1).fill(77).subarray(1);
    for (let y = 0; y < 11; y++) bytes.set(image.data.subarray(y * 57, (y + 1) * 57), y * rowStride);
    expect(toTensor({ data: bytes, width: 19, height: 11, channels: 3, rowStride })).toEqual(toTensor(image));
  });

  it('takes what other libraries give, and bare values', () => {
    const image = noise(6, 5, 4);
    const tensor = toTensor(image);
    const { data } = image as { data: Uint8Array };
    expect(toTensor({ data: Buffer.from(data), info: { width: 6, height: 5, channels: 4 } })).toEqual(tensor);
    expect(toTensor({ data: new Uint8ClampedArray(data), width: 6, height: 5 })).toEqual(tensor);
    expect(toTensor(data, { width: 6, height: 5 })).toEqual(tensor);
    const shared = new Uint8Array(new SharedArrayBuffer(data.length));
    shared.set(data);
    expect(toTensor(shared, { width: 6, height: 5 })).toEqual(tensor);
  });

  it('reads bytes as the values that dtype names, wherever they lie', () => {
    const image = noise(6, 5, 3, 'uint16');
    const bytes = new Uint8Array(2 * image.data.length + 1);
    bytes.set(new Uint8Array(image.data.buffer), 1);
    const options = { width: 6, height: 5, dtype: 'uint16' } as const;
    expect(toTensor(bytes.subarray(1), options)).toEqual(toTensor(image));
  });

  it('makes one tensor of several images, and fills out', async () => {
    const images = [1, 2, 3].map((seed) => noise(21, 9, 3, 'uint8', seed));
    const each = images.map((image) => toTensor(image, { mean: 0.5 }));
    const batch = toTensor(images, { mean: 0.5 });
    expect(batch.shape).toEqual([3, 3, 9, 21]);
    expect(Array.from(batch.data)).toEqual(each.flatMap(({ data }) => Array.from(data)));
    const out = { data: new Float32Array(batch.size), shape: batch.shape };
    toTensor(images, { mean: 0.5, out });
    expect(out.data).toEqual(batch.data);
    expect(await toTensorAsync(images, { mean: 0.5 })).toEqual(batch);
    expect(toTensor([images[0]]).shape).toEqual([1, 3, 9, 21]);
  });

  it('goes past the caches where it writes much, with the same values', () => {
    const image = noise(1024, 1024, 3);
    const tensor = toTensor(image);
    expect(
      Buffer.compare(
        Buffer.from(tensor.data.buffer),
        Buffer.from(Float32Array.from(expected(image, {}, [0, 1, 2])).buffer),
      ),
    ).toBe(0);
  });

  it('says what is wrong', () => {
    const image = noise(4, 3, 3);
    const wrong = (value: unknown, options?: object) => () => toTensor(value as Image, options);
    expect(wrong('cat.jpg')).toThrow(
      'toTensor: image must be { data, width, height } or what sharp gives with resolveWithObject, but got a string "cat.jpg"',
    );
    expect(wrong(image.data)).toThrow('toTensor: image: bare values need the options width and height');
    expect(wrong({ data: image.data, width: 4, height: 4, channels: 3 })).toThrow(
      'toTensor: image: 4 × 4 pixels of 3 channels need 48 values, but data has 36',
    );
    expect(wrong({ data: image.data, width: 5, height: 3 })).toThrow(
      'toTensor: image: 36 values are not 5 × 3 pixels of 1 to 4 channels',
    );
    expect(wrong({ data: image.data, width: 4, height: 3, channels: 3, rowStride: 11 })).toThrow(
      'rowStride counts values and must be at least width · channels = 12, but got 11',
    );
    expect(wrong({ data: [1, 2, 3], width: 1, height: 1 })).toThrow(
      'toTensor: image: data must be a Uint8Array, Uint8ClampedArray, Uint16Array or Float32Array, but got [1, 2, 3]',
    );
    expect(wrong({ data: image.data, width: 4.5, height: 3 })).toThrow(
      'toTensor: image: width must be an integer from 1',
    );
    expect(wrong([image, { ...noise(5, 3, 3) }])).toThrow(
      'images in one tensor must have one size, but images[0] gives [3, 3, 4] and images[1] [3, 3, 5]',
    );
    expect(wrong([])).toThrow('toTensor: images is empty');
    expect(wrong(image, { swapRedBlu: true })).toThrow("Did you mean 'swapRedBlue'?");
    expect(wrong(image, { std: [1, 0, 1] })).toThrow('toTensor: std must not be 0');
    expect(wrong(image, { mean: [1, 2] })).toThrow(
      'toTensor: mean must be one number, or one for each of 3 channels, but got 2',
    );
    expect(wrong(image, { outChannels: 1 })).toThrow(
      'toTensor: outChannels can be 3 for images of 3 channels, but got 1',
    );
    expect(wrong(noise(4, 3, 1), { swapRedBlue: true })).toThrow('swapRedBlue needs 3 or 4 channels, but there are 1');
    expect(wrong(image, { crop: { left: 2, top: 0, width: 3, height: 3 } })).toThrow(
      '3 × 3 pixels at (2, 0) are not inside an image of 4 × 3',
    );
    const resizable = new Uint8Array(
      new (ArrayBuffer as new (size: number, options: object) => ArrayBuffer)(36, { maxByteLength: 99 }),
    );
    expect(wrong({ data: resizable, width: 4, height: 3 })).toThrow('resizable');
    const both = new Float32Array(72);
    expect(
      wrong(
        { data: both.subarray(0, 36), width: 4, height: 3 },
        { out: { data: both.subarray(30, 66), shape: [3, 3, 4] } },
      ),
    ).toThrow('out must not overlap an input');
  });

  it('leaves out alone when it is aborted', async () => {
    const out = { data: new Float32Array(36).fill(-1), shape: [3, 3, 4] };
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(toTensorAsync(noise(4, 3, 3), { out, signal })).rejects.toThrow('enough');
    expect(out.data.every((value) => value === -1)).toBe(true);
  });
});
