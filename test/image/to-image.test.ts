import { Tensor } from 'convkit';
import { Image, toImage, toImageAsync, toTensor } from 'convkit/image';
import { describe, expect, it } from 'vitest';
import { assertBackendTook } from '../support/backend.js';
import { noise } from './support.js';

assertBackendTook();

describe('toImage', () => {
  it.each(['uint8', 'uint16', 'float32'] as const)('is the way back from toTensor: %s', (dtype) => {
    for (const channels of [1, 3, 4]) {
      const image = noise(37, 11, channels, dtype);
      for (const options of [{}, { layout: 'NHWC' }, { mean: 0.5, std: 0.25, scale: 2 ** -8 }] as const) {
        const back = toImage(toTensor(image, options), { ...options, dtype }) as Image;
        expect([back.width, back.height, back.channels, back.dtype]).toEqual([37, 11, channels, dtype]);
        if (dtype !== 'float32') expect(back.data).toEqual(image.data);
        else for (const [i, value] of back.data.entries()) expect(value).toBeCloseTo(image.data[i], 4);
      }
    }
  });

  it('exchanges red and blue, with their means', () => {
    const image = noise(8, 8, 3);
    const options = { swapRedBlue: true, mean: [0.1, 0.2, 0.3], std: [1, 2, 3] };
    expect(toImage(toTensor(image, options), options)).toEqual(image);
  });

  it('rounds halves to even, saturates, and makes 0 of NaN', () => {
    const values = [0.5, 1.5, 2.5, 254.5, 255.5, 300, -0.5, -7, Number.NaN, Number.POSITIVE_INFINITY, 0.49, 100.51];
    const image = toImage(Tensor.from(values, [1, 3, 4]), { scale: 1 }) as Image;
    expect([...image.data]).toEqual([0, 2, 2, 254, 255, 255, 0, 0, 0, 255, 0, 101]);
    const wide = toImage(Tensor.from([65534.5, 65535.5, 7e4, -1], [1, 1, 4]), { scale: 1, dtype: 'uint16' }) as Image;
    expect([...wide.data]).toEqual([65534, 65535, 65535, 0]);
  });

  it('gives an array for a batch, in out if there is one', async () => {
    const images = [1, 2].map((seed) => noise(5, 4, 3, 'uint8', seed));
    const tensor = toTensor(images);
    expect(toImage(tensor)).toEqual(images);
    const out = images.map(() => new Image(new Uint8Array(60), 5, 4, 3));
    expect(await toImageAsync(tensor, { out })).toEqual(images);
    expect(out).toEqual(images);
    expect(toImage(Tensor.zeros([0, 3, 4, 5]))).toEqual([]);
  });

  it('says what is wrong', () => {
    const wrong = (tensor: unknown, options?: object) => () => toImage(tensor as Tensor, options);
    expect(wrong(Tensor.zeros([4, 5]))).toThrow('toImage: tensor must have 3 or 4 axes, but got [4, 5]');
    expect(wrong(Tensor.zeros([5, 4, 5]))).toThrow(
      'an image has 1 to 4 channels and at least one pixel, but the tensor is [5, 4, 5] (NCHW)',
    );
    expect(wrong(Tensor.zeros([1, 4, 5]), { dtype: 'float16' })).toThrow(
      "toImage: dtype must be one of 'uint8', 'uint16', 'float32'",
    );
    expect(wrong(Tensor.zeros([1, 4, 5]), { out: new Image(new Uint8Array(20), 4, 5, 1) })).toThrow(
      'toImage: out must be uint8 of [4, 5, 1] (height, width, channels), but got uint8 of [5, 4, 1]',
    );
    expect(() => new Image(new Uint8Array(5), 2, 2, 1)).toThrow(
      'Image: 2 × 2 pixels of 1 channels are 4 values, but data has 5',
    );
    expect(() => new Image(new Int8Array(4) as unknown as Uint8Array, 2, 2, 1)).toThrow('Image: data must be');
  });
});
