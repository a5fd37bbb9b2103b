import { ArgumentError } from 'convkit';
import { boxBlur, Image, toTensor, toTensorAsync } from 'convkit/image';
import { describe, expect, it } from 'vitest';

const data = new Uint8Array(4 * 2 * 3).fill(7);
const KINDS = {
  'an Image': new Image(data, 4, 2, 3),
  'an object': { data, width: 4, height: 2, channels: 3 },
  'what sharp gives': { data, info: { width: 4, height: 2, channels: 3 } },
};

describe.each(Object.entries(KINDS))('options that describe bare values, beside %s', (_, image) => {
  it.each([{ channels: 1 }, { width: 2 }, { height: '2' }, { rowStride: 24 }, { width: null }])(
    'are refused where they say something else: %o',
    async (options) => {
      const [key] = Object.keys(options);
      await expect(toTensorAsync(image as Image, options as never)).rejects.toThrow(ArgumentError);
      for (const call of [toTensor, boxBlur] as ((image: unknown, options: unknown) => unknown)[]) {
        expect(() => call([image], { ...options, ...(call === toTensor ? {} : { kernelSize: 3 }) })).toThrow(
          new RegExp(`images\\[0\\].*${key}.*but (got|data is)`),
        );
      }
    },
  );

  it('may say the same', () => {
    const options = { width: 4, height: 2, channels: 3, rowStride: 12, dtype: 'uint8' } as const;
    expect(toTensor(image as Image, options)).toEqual(toTensor(image as Image));
  });

  it('are for the bare ones of a list', () => {
    expect(toTensor([image as Image, data], { width: 4, height: 2 }).shape).toEqual([2, 3, 2, 4]);
  });
});

it('an Image has its type of itself too', () => {
  expect(() => toTensor(KINDS['an Image'], { dtype: 'float32' })).toThrow(/dtype .*uint8.*"float32"/);
});
