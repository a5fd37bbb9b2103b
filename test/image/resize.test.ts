import { runtime, setThreads } from 'convkit';
import { crop, Image, preprocess, type ResizeOptions, resize, resizeAsync } from 'convkit/image';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { assertBackendTook } from '../support/backend.js';
import { assertProperty } from '../support/property.js';
import { noise, PIXEL_ARRAY_TYPES, type PixelTypeName } from './support.js';

assertBackendTook();

const { threads } = runtime();
afterEach(() => setThreads(threads));

const WAYS: readonly ResizeOptions[] = [
  ...(['nearest', 'bilinear', 'bicubic', 'lanczos', 'box', 'hamming', 'area'] as const).flatMap((interpolation) => [
    { interpolation },
    { interpolation, antialias: false },
  ]),
  ...(['nearest', 'bilinear', 'bicubic', 'lanczos', 'area'] as const).map((interpolation) => ({
    interpolation,
    compat: 'opencv' as const,
  })),
];
const TYPES: readonly PixelTypeName[] = ['uint8', 'uint16', 'float32'];

interface Case {
  readonly image: Image;
  readonly options: ResizeOptions & { readonly width: number; readonly height: number };
}

const side = fc.integer({ min: 1, max: 70 });

const cases: fc.Arbitrary<Case> = fc
  .record({
    from: fc.tuple(side, side),
    to: fc.tuple(side, side),
    channels: fc.integer({ min: 1, max: 4 }),
    type: fc.constantFrom(...TYPES),
    way: fc.constantFrom(...WAYS),
    seed: fc.nat(1000),
  })
  .map(({ from, to, channels, type, way, seed }) => ({
    image: noise(...from, channels, type, seed),
    options: { ...way, width: to[0], height: to[1] },
  }));

function mirrored({ data, width, height, channels }: Image): Image {
  const flipped = data.slice();
  for (let i = 0; i < data.length; i++) {
    const [row, column, c] = [Math.floor(i / (width * channels)), Math.floor(i / channels) % width, i % channels];
    flipped[i] = data[(row * width + width - 1 - column) * channels + c];
  }
  return new Image(flipped, width, height, channels);
}

describe('resize', () => {
  it('to the same size is a copy', () =>
    assertProperty(cases, 60, ({ image, options }) => {
      const { width, height } = image;
      const result = resize(image, { ...options, width, height });
      expect(result).toEqual(image);
      expect(result.data).not.toBe(image.data);
    }));

  it('keeps a constant image constant', () =>
    assertProperty(cases, 150, ({ image, options }) => {
      const value = image.dtype === 'float32' ? 0.3 : 201;
      const flat = new Image(image.data.slice().fill(value), image.width, image.height, image.channels);
      const { data } = resize(flat, options);
      const first = Math.fround(value);
      const slack = image.dtype === 'float32' ? 1e-6 : options.compat === 'opencv' ? 1 : 0;
      // One expectation an image: millions of them would take longer than the resizes.
      let worst = 0;
      for (const one of data) worst = Math.max(worst, Math.abs(one - first));
      expect(worst).toBeLessThanOrEqual(slack);
    }));

  it('has weights where places are whole numbers but for a rounding error', () => {
    // 24.5 / 49 - 0.5 is not 0.
    const { data } = resize(new Image(Uint8Array.of(201), 1, 1, 1), {
      width: 49,
      height: 1,
      interpolation: 'lanczos',
      compat: 'opencv',
    });
    expect(new Set(data)).toEqual(new Set([201]));
  });

  it('makes of a part of the result what it makes of the whole', () =>
    assertProperty(fc.tuple(cases, fc.nat(), fc.nat(), side, side), 200, ([{ image, options }, x, y, w, h]) => {
      const width = Math.min(w, options.width);
      const height = Math.min(h, options.height);
      const region = { left: x % (options.width - width + 1), top: y % (options.height - height + 1), width, height };
      expect(resize(image, { ...options, crop: region })).toEqual(crop(resize(image, options), region));
    }));

  it('of a mirrored image is the mirrored result, where whole numbers are summed', () =>
    assertProperty(cases, 100, ({ image, options }) => {
      // Ties go to one side with nearest neighbours, and float32 sums have an order.
      const exact = image.dtype === 'uint8' && options.interpolation === 'bilinear' && options.compat === undefined;
      const { data } = resize(mirrored(image), options);
      const expected = mirrored(resize(image, options)).data;
      if (exact) expect(data).toEqual(expected);
      else if (options.interpolation === 'lanczos' && options.compat === undefined) {
        const slack = image.dtype === 'float32' ? 1e-5 : 1;
        for (const [i, one] of data.entries()) expect(Math.abs(one - expected[i])).toBeLessThanOrEqual(slack);
      }
    }));

  it('gives one by one what it gives for a batch of any sizes, and in out', async () => {
    const images = [noise(31, 22, 3), noise(40, 9, 1), noise(12, 50, 4, 'uint16')];
    const options = { size: 11, interpolation: 'bicubic' } as const;
    const singles = images.map((image) => resize(image, options));
    expect(resize(images, options)).toEqual(singles);
    expect(await resizeAsync(images, options)).toEqual(singles);
    const out = singles.map(
      ({ data, width, height, channels }) => new Image(data.slice().fill(0), width, height, channels),
    );
    expect(resize(images, { ...options, out })).toEqual(out);
    expect(out).toEqual(singles);
    expect(resize([], options)).toEqual([]);
  });

  it('gives the same with any number of threads', () => {
    const image = noise(403, 700, 3);
    for (const way of WAYS) {
      const options = { ...way, width: 333, height: 290 };
      setThreads(1);
      const one = resize(image, options);
      setThreads(3);
      expect(Buffer.compare(resize(image, options).data as Uint8Array, one.data as Uint8Array)).toBe(0);
    }
  });

  it('reads rows that have gaps between them, up to the last byte', () => {
    const image = noise(19, 11, 3);
    const bytes = new Uint8Array(64 * 10 + 57 + 1).fill(77).subarray(1);
    for (let y = 0; y < 11; y++) bytes.set(image.data.subarray(y * 57, (y + 1) * 57), y * 64);
    const gaps = { data: bytes, width: 19, height: 11, channels: 3, rowStride: 64 };
    for (const way of WAYS) {
      const options = { ...way, width: 7, height: 8 };
      expect(resize(gaps, options)).toEqual(resize(image, options));
    }
  });

  it('rounds the other side as torchvision does, or to the nearest pixel', () => {
    const sizes = (width: number, height: number, options: ResizeOptions) => {
      const result = resize(noise(width, height, 1), options);
      return [result.width, result.height];
    };
    expect(sizes(101, 67, { size: 32 })).toEqual([48, 32]);
    expect(sizes(67, 101, { size: 32 })).toEqual([32, 48]);
    expect(sizes(101, 67, { width: 32 })).toEqual([32, 21]);
    expect(sizes(101, 67, { height: 33 })).toEqual([50, 33]);
    expect(sizes(300, 2, { width: 10 })).toEqual([10, 1]);
  });

  it('spreads NaN to those pixels alone that are made of it', () => {
    const image = noise(16, 4, 1, 'float32');
    image.data[20] = Number.NaN;
    const { data } = resize(image, { width: 8, height: 4 });
    const bad = [...data.keys()].filter((i) => Number.isNaN(data[i]));
    // Pixel 4 of row 1; outputs 1 to 2 reach from pixel 1 to 6.
    expect(bad).toEqual([9, 10]);
  });

  it('saturates 16 bits and rounds halves to even', () => {
    const steps = new Image(Uint16Array.of(0, 65535, 65535, 0, 0, 65535), 6, 1, 1);
    const { data } = resize(steps, { width: 23, height: 1, interpolation: 'lanczos' });
    expect(Math.max(...data)).toBe(65535);
    expect(Math.min(...data)).toBe(0);
    const halves = new Image(Uint16Array.of(0, 1, 1, 2), 4, 1, 1);
    expect([...resize(halves, { width: 2, height: 1, interpolation: 'box' }).data]).toEqual([0, 2]);
  });

  it('refuses what is too large before it makes any table', () => {
    const side = 2 ** 24;
    const small = noise(40, 30, 3);
    for (const compat of ['pil', 'opencv'] as const) {
      for (const interpolation of ['nearest', 'bilinear', 'lanczos', 'area'] as const) {
        const how = { compat, interpolation };
        expect(() => resize(small, { width: side, height: side, ...how })).toThrow('limited to 2^31 - 1 elements');
        expect(() => resize(small, { size: side / 2, ...how })).toThrow('limited to 2^31 - 1 elements');
        // A part of it costs what the part costs.
        const crop = { left: side - 9, top: 70, width: 4, height: 5 };
        const part = resize(small, { width: side, height: side, crop, ...how });
        expect([part.width, part.height]).toEqual([4, 5]);
      }
    }
    expect(() => preprocess(small, { resize: { width: side, height: side } })).toThrow('limited to 2^31 - 1 elements');
    expect(() => preprocess(small, { letterbox: side })).toThrow('limited to 2^31 - 1 elements');
    expect(preprocess(small, { resize: side / 2, crop: 3 }).shape).toEqual([3, 3, 3]);
    const tall = { data: new Uint8Array(2 ** 22), width: 1, height: 2 ** 22 };
    expect(() => resize(tall, { width: 2 ** 22, height: 1 })).toThrow(
      'resize: what a row of 4194304 pixels is made of would be 17592186044416 values, more than 2^31 - 1',
    );
  });

  it('makes wide images of tall ones', () => {
    const tall = { data: new Uint8Array(20_000).fill(7), width: 1, height: 20_000 };
    expect(resize(tall, { width: 2000, height: 2 }).data.every((value) => value === 7)).toBe(true);
  });

  it('says what is wrong', () => {
    const image = noise(8, 6, 3);
    const wrong =
      (options: unknown, value: unknown = image) =>
      () =>
        resize(value as Image, options as ResizeOptions);
    expect(wrong({})).toThrow('resize: the options must say either size, the shorter side, or width, height or both');
    expect(wrong({ size: 3, width: 3 })).toThrow('must say either size');
    expect(wrong({ width: 0, height: 3 })).toThrow('resize: width must be an integer from 1 to 16777216, but got 0');
    expect(wrong({ width: 3.5 })).toThrow('resize: width must be an integer');
    expect(wrong({ width: '3' })).toThrow('resize: width must be a number');
    expect(wrong({ antialais: true })).toThrow("Did you mean 'antialias'?");
    expect(wrong({ size: 3, interpolation: 'bicubik' })).toThrow("Did you mean 'bicubic'?");
    expect(wrong({ size: 3, compat: 'opencv', antialias: true })).toThrow("antialias is not in OpenCV's way");
    expect(wrong({ size: 3, compat: 'opencv', interpolation: 'box' })).toThrow("interpolation 'box' is Pillow's");
    expect(wrong({ size: 3, crop: { left: 2, top: 0, width: 3, height: 3 } })).toThrow(
      'resize: crop: 3 × 3 pixels at (2, 0) are not inside an image of 4 × 3',
    );
    expect(wrong({ size: 3 }, image.data)).toThrow('resize: bare values do not say their size');
    expect(wrong({ size: 2 ** 24 }, noise(9, 3, 1))).toThrow('resize: width of a result must be an integer from 1');
    expect(wrong({ width: 2 ** 20, height: 2 ** 20 })).toThrow('resize');
    expect(wrong({ size: 3, out: image })).toThrow('resize: out must be uint8 of [3, 4, 3]');
    expect(wrong({ width: 8, height: 6, out: image })).toThrow('out must not overlap an input');
  });

  it('keeps the types of pixels', () => {
    for (const type of TYPES) {
      const { data } = resize(noise(9, 7, 2, type), { size: 4 });
      expect(data).toBeInstanceOf(PIXEL_ARRAY_TYPES[type]);
    }
  });
});
