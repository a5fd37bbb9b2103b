import {
  centerCrop,
  centerCropAsync,
  crop,
  cropAsync,
  type Image,
  letterbox,
  letterboxAsync,
  pad,
  padAsync,
  resize,
} from 'convkit/image';
import { describe, expect, it } from 'vitest';
import { Archive, type Blob } from '../support/archive.js';
import { assertBackendTook } from '../support/backend.js';
import { at, noise } from './support.js';

assertBackendTook();

interface PadCase {
  readonly mode: 'constant' | 'edge' | 'reflect' | 'symmetric' | 'wrap';
  readonly padding: readonly [top: number, bottom: number, left: number, right: number];
  readonly from: readonly [width: number, height: number, channels: number];
  readonly seed: number;
  readonly blob: Blob;
}

describe('pad', () => {
  it('gives what numpy.pad gives', () => {
    const archive = new Archive<{ pad: readonly PadCase[] }>('resize');
    for (const { mode, padding, from, seed, blob } of archive.index.pad) {
      const [top, bottom, left, right] = padding;
      const value = mode === 'constant' ? { value: 77 } : {};
      const result = pad(noise(...from, 'uint8', seed), { top, bottom, left, right, mode, ...value });
      expect([result.width, result.height]).toEqual([from[0] + left + right, from[1] + top + bottom]);
      expect(result.data, `${mode} ${padding} of ${from}`).toEqual(archive.bytes(blob));
    }
  });

  it.each(['uint8', 'uint16', 'float32'] as const)('pads any channels with a value each: %s', async (type) => {
    for (const channels of [1, 2, 3, 4]) {
      const image = noise(5, 4, channels, type);
      const value = [9, 200, 3, 77].slice(0, channels);
      const result = pad(image, { padding: 1, right: 2, value });
      expect([result.width, result.height, result.dtype]).toEqual([8, 6, type]);
      expect([...result.data.subarray(0, channels)]).toEqual(value);
      for (let c = 0; c < channels; c++) {
        expect(at(result, 7, 3, c)).toBe(value[c]);
        expect(at(result, 5, 4, c)).toBe(at(image, 4, 3, c));
      }
      expect(await padAsync([image], { padding: 1, right: 2, value })).toEqual([result]);
    }
  });

  it('says what is wrong', () => {
    const wrong = (options: object) => () => pad(noise(4, 3, 3), options);
    expect(wrong({ left: -1 })).toThrow('pad: left must be at least 0, but got -1; crop makes images smaller');
    expect(wrong({ padding: 0.5 })).toThrow('pad: padding must be an integer');
    expect(wrong({ padding: 1, value: 300 })).toThrow('pad: value must be a whole number from 0 to 255, but got 300');
    expect(wrong({ padding: 1, value: [1, 2] })).toThrow(
      'pad: value must be one number, or one for each of 3 channels',
    );
    expect(wrong({ padding: 1, mode: 'edge', value: 3 })).toThrow("value is for mode 'constant' alone");
    expect(wrong({ padding: 1, mode: 'mirror' })).toThrow("pad: mode must be one of 'constant', 'edge'");
    expect(wrong({ padding: 2 ** 30 })).toThrow('pad');
  });
});

describe('crop', () => {
  it('copies a part', async () => {
    const image = noise(9, 7, 3);
    const region = { left: 2, top: 1, width: 5, height: 6 };
    const part = crop(image, region);
    expect([part.width, part.height]).toEqual([5, 6]);
    expect(at(part, 4, 5, 2)).toBe(at(image, 6, 6, 2));
    expect(await cropAsync([image, image], region)).toEqual([part, part]);
  });

  it('says what is wrong', () => {
    const image = noise(9, 7, 3);
    expect(() => crop(image, { left: 5, top: 0, width: 5, height: 1 })).toThrow(
      'crop: region: 5 × 1 pixels at (5, 0) are not inside an image of 9 × 7',
    );
    expect(() => crop(image, undefined as never)).toThrow('crop: region: left must be an integer');
  });
});

describe('centerCrop', () => {
  /** Where the first pixel of the result lies in the image, by torchvision's rule and by transformers'. */
  it.each([
    [10, 7, 2, 1],
    [11, 7, 2, 2],
    [12, 7, 2, 2],
    [14, 7, 4, 3],
    [7, 7, 0, 0],
  ])('of %i pixels leaves %i from %i or %i on', (length, frame, even, down) => {
    const image = noise(length, length, 1);
    expect(at(centerCrop(image, frame), 0, 0, 0)).toBe(at(image, even, even, 0));
    const size = { width: frame, height: frame, rounding: 'down' } as const;
    expect(at(centerCrop(image, size), 0, 0, 0)).toBe(at(image, down, down, 0));
  });

  it('puts 0 around a smaller image', async () => {
    const image = noise(4, 9, 3);
    image.data.fill(7);
    const framed = centerCrop(image, { width: 7, height: 3 });
    const row = [0, 7, 7, 7, 7, 0, 0].flatMap((value) => [value, value, value]);
    expect([...framed.data]).toEqual([...row, ...row, ...row]);
    const size = { width: 7, height: 3, rounding: 'down' } as const;
    const down = [0, 0, 7, 7, 7, 7, 0].flatMap((value) => [value, value, value]);
    expect([...((await centerCropAsync(image, size)) as Image).data]).toEqual([...down, ...down, ...down]);
  });

  it('says what is wrong', () => {
    const wrong = (size: unknown) => () => centerCrop(noise(4, 3, 3), size as number);
    expect(wrong(0)).toThrow('centerCrop: size must be an integer from 1');
    expect(wrong('4')).toThrow('centerCrop: size must be a number or { width, height }');
    expect(wrong({ width: 3 })).toThrow('centerCrop: size: height must be a number');
    expect(wrong({ width: 3, height: 3, rounding: 'up' })).toThrow("rounding must be one of 'even', 'down'");
  });
});

describe('letterbox', () => {
  it('resizes to fit, in the middle, and says where points come from', async () => {
    const photo = noise(101, 50, 3);
    const { image, mapping } = letterbox(photo, { width: 64, height: 64 });
    const small = resize(photo, { width: 64, height: 32, compat: 'opencv' });
    expect(image).toEqual(pad(small, { top: 16, bottom: 16, value: 114 }));
    expect([mapping.scale, mapping.left, mapping.top]).toEqual([64 / 101, 0, 16]);
    expect(mapping.toSource(64, 16)).toEqual({ x: 101, y: 0 });
    const { x, y } = mapping.toSource(12.5, 33);
    const back = mapping.fromSource(x, y);
    expect([back.x, back.y]).toEqual([expect.closeTo(12.5, 10), expect.closeTo(33, 10)]);
    expect(await letterboxAsync([photo], { width: 64, height: 64 })).toEqual([{ image, mapping }]);
  });

  it('puts an odd pixel last, and leaves small images as they are where told so', () => {
    const photo = noise(20, 11, 1);
    const { image, mapping } = letterbox(photo, { width: 31, height: 40, scaleUp: false, value: 5 });
    expect(image).toEqual(pad(photo, { left: 5, right: 6, top: 14, bottom: 15, value: 5 }));
    expect(mapping.scale).toBe(1);
    expect(letterbox(photo, { width: 40, height: 40, compat: 'pil' }).image).toEqual(
      pad(resize(photo, { width: 40, height: 22 }), { top: 9, bottom: 9, value: 114 }),
    );
    expect(letterbox(noise(300, 1, 1), { width: 8, height: 8 }).image.height).toBe(8);
  });

  it('says what is wrong', () => {
    const wrong = (options: unknown) => () => letterbox(noise(4, 3, 3), options as { width: number; height: number });
    expect(wrong({ width: 8 })).toThrow('letterbox: height must be a number');
    expect(wrong({ width: 8, height: 8, value: -1 })).toThrow('letterbox: value must be a whole number from 0 to 255');
    expect(wrong({ width: 8, height: 8, scaleup: true })).toThrow("Did you mean 'scaleUp'?");
  });
});
