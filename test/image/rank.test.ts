import { close, dilate, dilateAsync, erode, Image, median, medianAsync, open } from 'convkit/image';
import { describe, expect, it } from 'vitest';
import { assertBackendTook } from '../support/backend.js';
import { BORDERS, mapWindows, SIZES } from './reference.js';
import { noise } from './support.js';

assertBackendTook();

const TYPES = ['uint8', 'uint16', 'float32'] as const;

describe('median', () => {
  it.each(TYPES)('is the middle of the window: %s', (type) => {
    for (const [width, height] of [...SIZES, [130, 12]] as const) {
      for (const kernelSize of [3, 5] as const) {
        for (const [b, border] of BORDERS.entries()) {
          const image = noise(width, height, (b % 4) + 1, type, b);
          const constant = border === 'constant' ? { borderValue: 200 } : {};
          const around = { size: [kernelSize, kernelSize], border, ...constant } as const;
          const middle = (window: number[]) => window.toSorted((a, z) => a - z)[window.length >> 1];
          const expected = mapWindows(image, around, type, middle);
          expect(median(image, { kernelSize, border, ...constant })).toEqual(expected);
        }
      }
    }
  });

  it('takes a speck away and leaves an edge', async () => {
    const image = new Image(
      Uint8Array.from({ length: 400 }, (_, i) => (i % 20 < 10 ? 20 : 200)),
      20,
      20,
      1,
    );
    const specked = new Image(image.data.slice(), 20, 20, 1);
    specked.data[5 * 20 + 4] = 255;
    expect(median(specked)).toEqual(image);
    expect(await medianAsync([specked, image], { kernelSize: 5 })).toEqual([image, image]);
  });

  it('says what is wrong', () => {
    expect(() => median(noise(4, 4, 1), { kernelSize: 7 as 3 })).toThrow(
      'median: kernelSize must be 3 or 5, but got 7',
    );
  });
});

describe('morphology', () => {
  it.each(TYPES)('erodes and dilates to the extremes of the window: %s', (type) => {
    for (const [width, height] of SIZES) {
      for (const [k, size] of (
        [
          [3, 3],
          [1, 4],
          [7, 2],
          [8, 9],
          [21, 17],
        ] as const
      ).entries()) {
        const border = BORDERS[k];
        const constant = border === 'constant' ? { borderValue: 90 } : {};
        const image = noise(width, height, (k % 4) + 1, type, k);
        const around = { size, border, ...constant };
        const options = { kernelSize: size, border, ...constant };
        const least = mapWindows(image, around, type, (window) => Math.min(...window));
        const most = mapWindows(image, around, type, (window) => Math.max(...window));
        expect(erode(image, options)).toEqual(least);
        expect(dilate(image, options)).toEqual(most);
      }
    }
  });

  it.each(TYPES)('looks only where the mask is not 0: %s', (type) => {
    const mask = [
      [0, 1, 0, 0],
      [2, 1, -1, 0],
      [0, 0, 1, 1],
    ];
    const inMask = (window: number[]) => window.filter((_, i) => mask.flat()[i] !== 0);
    const anchor = { x: 3, y: 0 };
    for (const [width, height] of SIZES) {
      const image = noise(width, height, 3, type);
      const around = { size: [3, 4], anchor: [0, 3], border: 'reflect' } as const;
      const least = mapWindows(image, around, type, (window) => Math.min(...inMask(window)));
      const most = mapWindows(image, around, type, (window) => Math.max(...inMask(window)));
      expect(erode(image, { mask, anchor, border: 'reflect' })).toEqual(least);
      expect(dilate(image, { mask, anchor, border: 'reflect' })).toEqual(most);
    }
  });

  it('keeps the order erode ≤ open ≤ image ≤ close ≤ dilate; open and close do nothing twice', () => {
    const image = noise(50, 30, 3);
    const options = {
      mask: [
        [1, 1, 0],
        [0, 1, 1],
      ],
      border: 'replicate',
    } as const;
    const chain = [erode(image, options), open(image, options), image, close(image, options), dilate(image, options)];
    // Inside, where no window reaches beyond the edges.
    const inside = (one: Image) =>
      Array.from(one.data).filter((_, i) => {
        const [x, y] = [Math.floor(i / 3) % 50, Math.floor(i / 150)];
        return x > 4 && x < 45 && y > 4 && y < 25;
      });
    for (let k = 1; k < chain.length; k++) {
      const [below, above] = [inside(chain[k - 1]), inside(chain[k])];
      expect(below.every((value, i) => value <= above[i])).toBe(true);
      expect(below).not.toEqual(above);
    }
    expect(inside(open(chain[1], options))).toEqual(inside(chain[1]));
    expect(inside(close(chain[3], options))).toEqual(inside(chain[3]));
  });

  it('goes on for as many iterations, and mirrors under a negative', async () => {
    const image = noise(40, 20, 3);
    const twice = erode(erode(image, { kernelSize: [2, 3] }), { kernelSize: [2, 3] });
    expect(erode(image, { kernelSize: [2, 3], iterations: 2 })).toEqual(twice);
    const negative = (one: Image) =>
      new Image(
        Uint8Array.from(one.data, (v) => 255 - v),
        one.width,
        one.height,
        3,
      );
    expect(negative(await dilateAsync(negative(image), { kernelSize: 5 }))).toEqual(erode(image, { kernelSize: 5 }));
    const padded = { data: new Uint8Array(64 * 20), width: 20, height: 20, channels: 3, rowStride: 64 };
    const rows = noise(20, 20, 3);
    for (let y = 0; y < 20; y++) padded.data.set(rows.data.subarray(y * 60, y * 60 + 60), y * 64);
    expect(close(padded, { iterations: 3 })).toEqual(close(rows, { iterations: 3 }));
  });

  it('says what is wrong', () => {
    const wrong = (options: object) => () => erode(noise(4, 4, 1), options);
    expect(wrong({ mask: [[0, 0]] })).toThrow('erode: mask has only zeros');
    expect(wrong({ mask: [[1]], kernelSize: 3 })).toThrow('kernelSize and mask both say what the window is');
    expect(wrong({ kernelSize: 0 })).toThrow('erode: kernelSize must be from 1 to 16384, but got 0');
    expect(wrong({ iterations: 0 })).toThrow('erode: iterations must be from 1 to 1000, but got 0');
  });
});
