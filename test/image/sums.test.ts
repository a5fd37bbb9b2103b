import { boxBlur, boxBlurAsync, Image, IntegralImage, integralImage, integralImageAsync } from 'convkit/image';
import { describe, expect, it } from 'vitest';
import { assertBackendTook } from '../support/backend.js';
import { BORDERS, mapWindows, SIZES } from './reference.js';
import { at, noise } from './support.js';

assertBackendTook();

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

describe('boxBlur', () => {
  it.each(['uint8', 'uint16'] as const)('is the exact mean, halves rounded up: %s', (type) => {
    for (const [width, height] of SIZES) {
      for (const [k, size] of (
        [
          [3, 3],
          [2, 2],
          [1, 6],
          [9, 4],
          [31, 40],
        ] as const
      ).entries()) {
        const border = BORDERS[k];
        const constant = border === 'constant' ? { borderValue: 90 } : {};
        const image = noise(width, height, (k % 4) + 1, type, k);
        const expected = mapWindows(image, { size, border, ...constant }, type, (window) =>
          Math.floor(total(window) / window.length + 0.5),
        );
        expect(boxBlur(image, { kernelSize: size, border, ...constant })).toEqual(expected);
      }
    }
  });

  it('is float32 where the image or the result is', async () => {
    for (const type of ['float32', 'uint8'] as const) {
      const image = noise(23, 9, 3, type);
      const expected = mapWindows(image, { size: [3, 5] }, 'float32', (window) => total(window) / 15);
      const result = await boxBlurAsync(image, { kernelSize: [3, 5], outDtype: 'float32' });
      for (const [i, value] of result.data.entries()) expect(value).toBeCloseTo(expected.data[i], 3);
    }
  });

  it('takes windows whose sums would not fit 31 bits', () => {
    const image = new Image(new Uint16Array(200 * 190).fill(65535), 200, 190, 1);
    for (const kernelSize of [181, 182]) expect(boxBlur(image, { kernelSize })).toEqual(image);
    const bright = new Image(new Uint8Array(4).fill(255), 2, 2, 1);
    expect(boxBlur(bright, { kernelSize: 2048 })).toEqual(bright);
  });
});

describe('integralImage', () => {
  it.each(['uint8', 'uint16'] as const)('sums up all above and to the left: %s', (type) => {
    for (const [width, height] of [...SIZES, [400, 300]] as const) {
      for (const channels of [1, 2, 3, 4]) {
        const image = noise(width, height, channels, type);
        const sums = integralImage(image);
        expect(sums.data.length).toBe((width + 1) * (height + 1) * channels);
        const expected = new Uint32Array(sums.data.length);
        const row = (width + 1) * channels;
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) {
            for (let c = 0; c < channels; c++) {
              const i = (y + 1) * row + (x + 1) * channels + c;
              const corner = expected[i - row - channels];
              expected[i] = at(image, x, y, c) + expected[i - row] + expected[i - channels] - corner;
            }
          }
        }
        expect(Buffer.compare(Buffer.from(sums.data.buffer), Buffer.from(expected.buffer))).toBe(0);
      }
    }
  });

  it('gives the sum of any rectangle, though the whole would not fit', async () => {
    const image = new Image(new Uint16Array(300 * 300).fill(65535), 300, 300, 1);
    const sums = await integralImageAsync(image);
    expect(300 * 300 * 65535).toBeGreaterThan(2 ** 32);
    expect(sums.sum({ left: 100, top: 90, width: 200, height: 210 })).toBe(200 * 210 * 65535);
    const small = noise(20, 10, 3);
    const [one, two] = integralImage([small, noise(3, 3, 1)]);
    let expected = 0;
    for (let y = 2; y < 9; y++) for (let x = 4; x < 15; x++) expected += at(small, x, y, 2);
    expect(one.sum({ left: 4, top: 2, width: 11, height: 7 }, 2)).toBe(expected);
    const out = new IntegralImage(new Uint32Array(16), 3, 3, 1);
    expect(integralImage(noise(3, 3, 1), { out })).toBe(out);
    expect(out).toEqual(two);
  });

  it('says what is wrong', () => {
    expect(() => integralImage(noise(3, 3, 1, 'float32'))).toThrow('whose sums are exact, but got float32');
    const sums = integralImage(noise(3, 3, 1));
    expect(() => sums.sum({ left: 1, top: 0, width: 3, height: 1 })).toThrow('are not inside an image of 3 × 3');
    expect(() => sums.sum({ left: 0, top: 0, width: 1, height: 1 }, 1)).toThrow('channel must be from 0 to 0');
    expect(() => integralImage(noise(4, 3, 1), { out: sums })).toThrow('must be of 4 × 3 pixels');
    expect(() => new IntegralImage(new Uint32Array(3), 3, 3, 1)).toThrow('need 16 sums, but data has 3');
  });
});
