import { Tensor } from 'convkit';
import {
  filter2d,
  filter2dAsync,
  gaussianBlur,
  highPass,
  highPassKernel,
  Image,
  laplacian,
  lowPass,
  lowPassKernel,
  scharr,
  separableFilter2d,
  sharpen,
  sobel,
  unsharpMask,
} from 'convkit/image';
import { describe, expect, it } from 'vitest';
import { assertBackendTook } from '../support/backend.js';
import { BORDERS, mapWindows, SIZES, saturated, someWeights, weightedSum } from './reference.js';
import { noise } from './support.js';

assertBackendTook();

const TYPES = ['uint8', 'uint16', 'float32'] as const;

const rowsOf = (weights: number[], width: number) =>
  Array.from({ length: weights.length / width }, (_, i) => weights.slice(i * width, (i + 1) * width));

const values = (image: Image) => Array.from(image.data);

describe('kernels of thousands of weights', () => {
  it.each([
    [4001, 1],
    [1, 4001],
    [300, 2700],
  ])('lose nothing that counts: %i × %i', (across, down) => {
    const image = new Image(new Float32Array(210).fill(1.1), 70, 3, 1);
    const weights = (size: number) => new Float32Array(size).fill(0.7);
    const result = separableFilter2d(image, weights(across), weights(down), {
      border: 'replicate',
      outDtype: 'float32',
    });
    const expected = Math.fround(1.1) * across * down * Math.fround(0.7) ** 2;
    // One chain of additions is off by 2e-5.
    for (const value of result.data) expect(Math.abs(value - expected)).toBeLessThan(2e-6 * expected);
  });
});

describe('filter2d', () => {
  it.each(TYPES)('is the sum that it is defined as, to the bit: %s', (type) => {
    for (const [width, height] of SIZES) {
      for (const [k, size] of (
        [
          [1, 1],
          [3, 3],
          [2, 4],
          [3, 1],
          [1, 5],
          [4, 3],
        ] as const
      ).entries()) {
        const channels = (k % 4) + 1;
        const image = noise(width, height, channels, type);
        const weights = someWeights(size[0] * size[1]);
        for (const border of BORDERS) {
          const constant = border === 'constant' ? { borderValue: 77.25 } : {};
          const expected = mapWindows(image, { size, border, ...constant }, 'float32', (window) =>
            weightedSum(window, weights, 3),
          );
          const options = { border, delta: 3, ...constant };
          const result = filter2d(image, rowsOf(weights, size[1]), { ...options, outDtype: 'float32' });
          expect(values(result)).toEqual(values(expected));
          const same = filter2d(image, Tensor.from(weights, size), options);
          expect(same.dtype).toBe(type);
          expect(values(same)).toEqual(values(expected).map((value) => saturated(value, type)));
        }
      }
    }
  });

  it('turns the kernel and its anchor around to convolve', () => {
    const image = noise(17, 9, 3, 'float32');
    const weights = someWeights(12);
    const turned = rowsOf(weights.toReversed(), 4);
    const convolved = filter2d(image, rowsOf(weights, 4), { mode: 'convolve' });
    expect(convolved).toEqual(filter2d(image, turned, { anchor: { x: 1, y: 1 } }));
    expect(convolved).not.toEqual(filter2d(image, rowsOf(weights, 4)));
  });

  it('gives the image itself with an identity, and one that is shifted with an anchor', () => {
    const image = noise(21, 8, 3);
    expect(filter2d(image, [[1]])).toEqual(image);
    const identity = rowsOf([0, 0, 0, 0, 1, 0, 0, 0, 0], 3);
    expect(filter2d(image, identity)).toEqual(image);
    const shifted = filter2d(image, identity, { anchor: { x: 0, y: 2 }, border: 'wrap' });
    const expected = mapWindows(image, { size: [1, 1], anchor: [1, -1], border: 'wrap' }, 'uint8', ([value]) => value);
    expect(shifted).toEqual(expected);
  });

  it('splits kernels that are products, within the rounding of float32', () => {
    const image = noise(33, 20, 3, 'float32');
    const [down, across] = [someWeights(7, 3), someWeights(6, 4)];
    const weights = down.flatMap((d) => across.map((a) => d * a));
    const result = filter2d(image, rowsOf(weights, 6), { border: 'replicate' });
    const expected = mapWindows(image, { size: [7, 6], border: 'replicate' }, 'float32', (window) =>
      window.reduce((sum, value, i) => sum + value * weights[i], 0),
    );
    const bounds = mapWindows(image, { size: [7, 6], border: 'replicate' }, 'float32', (window) =>
      window.reduce((sum, value, i) => sum + Math.abs(value * weights[i]), 0),
    );
    for (const [i, value] of result.data.entries()) {
      expect(Math.abs(value - expected.data[i])).toBeLessThanOrEqual(2e-6 * bounds.data[i]);
    }
  });

  it('is linear in scale, and takes images with gaps between their rows', () => {
    const image = noise(13, 7, 3);
    const kernel = rowsOf(someWeights(9), 3);
    const padded = new Uint8Array(7 * 50);
    for (let y = 0; y < 7; y++) padded.set(image.data.subarray(y * 39, y * 39 + 39), y * 50);
    const options = { scale: 0.5, outDtype: 'float32' } as const;
    const scaled = kernel.map((row) => row.map((weight) => weight * 0.5));
    const expected = filter2d(image, scaled, { outDtype: 'float32' });
    expect(filter2d({ data: padded, width: 13, height: 7, channels: 3, rowStride: 50 }, kernel, options)).toEqual(
      expected,
    );
  });

  it('keeps a NaN inside the windows that it is in', () => {
    const image = noise(40, 9, 1, 'float32');
    image.data[4 * 40 + 20] = Number.NaN;
    const result = filter2d(image, rowsOf(someWeights(9), 3));
    for (const [i, value] of result.data.entries()) {
      const [x, y] = [i % 40, Math.floor(i / 40)];
      expect(Number.isNaN(value)).toBe(Math.abs(x - 20) <= 1 && Math.abs(y - 4) <= 1);
    }
  });

  it('takes several images at once, fills out, and runs off the event loop', async () => {
    const images = [noise(9, 8, 3), noise(30, 5, 1, 'uint8', 2)];
    const kernel = rowsOf(someWeights(9), 3);
    const each = images.map((image) => filter2d(image, kernel));
    expect(filter2d(images, kernel)).toEqual(each);
    const out = images.map(({ data, width, height, channels }) => {
      return new Image(new Uint8Array(data.length), width, height, channels);
    });
    expect(await filter2dAsync(images, kernel, { out })).toEqual(each);
    expect(out).toEqual(each);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(filter2dAsync(images, kernel, { signal })).rejects.toThrow('enough');
    expect(filter2d([], kernel)).toEqual([]);
  });

  it('says what is wrong', () => {
    const image = noise(5, 4, 1);
    const wrong = (kernel: unknown, options?: object) => () => filter2d(image, kernel as number[][], options);
    expect(wrong([])).toThrow('filter2d: kernel: its height must be from 1 to 16384, but got 0');
    expect(wrong([1, 2])).toThrow('kernel must be an array of rows, or a tensor [height, width], but row 0 is 1');
    expect(wrong([[1], [1, 2]])).toThrow('rows must be equally long, but row 0 has 1 weights and row 1 has 2');
    expect(wrong([[1, Number.NaN]])).toThrow('filter2d: kernel[0][1] must be a finite number, but got NaN');
    expect(wrong(Tensor.zeros([3]))).toThrow('filter2d: kernel must have two axes, but got [3]');
    expect(wrong([[1]], { anchor: { x: 1 } })).toThrow('anchor.x must be from 0 to 0, inside the kernel, but got 1');
    expect(wrong([[1]], { border: 'mirror' })).toThrow("filter2d: border must be one of 'reflect101'");
    expect(wrong([[1]], { borderValue: 3 })).toThrow("borderValue goes with border 'constant'");
    expect(wrong([[1]], { outDtype: 'int8' })).toThrow('filter2d: outDtype must be one of');
    expect(wrong([[1]], { out: image })).toThrow('filter2d: out must not overlap an input');
    expect(wrong([[1]], { mode: 'convolv' })).toThrow("Did you mean 'convolve'?");
  });
});

describe('separableFilter2d', () => {
  it.each(TYPES)('sums down, then across, to the bit: %s', (type) => {
    for (const [width, height] of SIZES) {
      for (const border of BORDERS) {
        const image = noise(width, height, 3, type);
        const [x, y] = [someWeights(5), someWeights(4, 9)];
        const down = mapWindows(image, { size: [4, 1], border }, 'float32', (window) => weightedSum(window, y));
        const expected = mapWindows(down, { size: [1, 5], border }, 'float32', (window) => weightedSum(window, x, 2));
        const result = separableFilter2d(image, x, Float32Array.from(y), { border, delta: 2, outDtype: 'float32' });
        expect(values(result)).toEqual(values(expected));
      }
    }
  });

  it('turns both kernels around to convolve', () => {
    const image = noise(12, 11, 2, 'float32');
    const result = separableFilter2d(image, [1, 2], [3, 4, 5], { mode: 'convolve' });
    expect(result).toEqual(separableFilter2d(image, [2, 1], [5, 4, 3], { anchor: { x: 0, y: 1 } }));
  });
});

describe('gaussianBlur', () => {
  const exact = (image: Image, size: number, sigma: number) => {
    const line = Array.from({ length: size }, (_, i) => Math.exp(-((i - (size - 1) / 2) ** 2) / (2 * sigma * sigma)));
    const total = line.reduce((sum, weight) => sum + weight, 0);
    return mapWindows(image, { size: [size, size] }, 'float32', (window) =>
      window.reduce((sum, v, i) => sum + (v * line[Math.floor(i / size)] * line[i % size]) / total ** 2, 0),
    );
  };

  it.each([0.5, 1, 2.4, 5])('is within half a level of the exact sum, and rounded: sigma %d', (sigma) => {
    const image = noise(40, 12, 3);
    const result = gaussianBlur(image, { sigma });
    const size = 2 * Math.floor((6 * sigma + 1) / 2) + 1;
    const expected = exact(image, size, sigma);
    for (const [i, value] of result.data.entries()) {
      expect(Math.abs(value - expected.data[i])).toBeLessThanOrEqual(1);
    }
    const smooth = gaussianBlur(image, { sigma, kernelSize: size, outDtype: 'float32' });
    for (const [i, value] of smooth.data.entries()) expect(value).toBeCloseTo(expected.data[i], 3);
  });

  it('leaves an image of one value as it is', () => {
    for (const value of [0, 1, 127, 254, 255]) {
      const image = new Image(new Uint8Array(50 * 40).fill(value), 50, 40, 1);
      for (const sigma of [0.3, 0.8, 1.7, 3, 4.9, 8]) expect(gaussianBlur(image, { sigma })).toEqual(image);
    }
  });

  it('has sizes and sigmas of its own along each axis', () => {
    const image = noise(20, 20, 1, 'float32');
    const blurred = gaussianBlur(image, { sigmaX: 1, sigmaY: 2, kernelSize: [9, 5] });
    const line = (size: number, sigma: number) => {
      const weights = Array.from({ length: size }, (_, i) => Math.exp(-((i - (size - 1) / 2) ** 2) / (2 * sigma ** 2)));
      return weights.map((weight) => weight / weights.reduce((sum, one) => sum + one, 0));
    };
    expect(blurred).toEqual(separableFilter2d(image, line(5, 1), line(9, 2)));
    const binomial = separableFilter2d(image, [0.25, 0.5, 0.25], [0.25, 0.5, 0.25]);
    expect(gaussianBlur(image, { kernelSize: 3 })).toEqual(binomial);
  });

  it('says what is wrong', () => {
    const wrong = (options: object) => () => gaussianBlur(noise(5, 4, 1), options);
    expect(wrong({})).toThrow('gaussianBlur: give sigma (or sigmaX and sigmaY), or kernelSize');
    expect(wrong({ sigma: 0 })).toThrow('gaussianBlur: sigma must be positive and finite, but got 0');
    expect(wrong({ sigma: 1, kernelSize: 4 })).toThrow('kernelSize must be odd, so that it has a middle, but got 4');
    expect(wrong({ sigma: 1e6 })).toThrow("the kernel's size that follows from sigma 1000000 must be from 1 to 16384");
  });
});

describe('derivatives', () => {
  it('are the correlations that they are known as', () => {
    const image = noise(19, 14, 3);
    const correlate = (kernel: number[][]) => filter2d(image, kernel, { outDtype: 'float32' });
    expect(sobel(image, { dx: 1 })).toEqual(
      correlate([
        [-1, 0, 1],
        [-2, 0, 2],
        [-1, 0, 1],
      ]),
    );
    expect(sobel(image, { dy: 1 })).toEqual(
      correlate([
        [-1, -2, -1],
        [0, 0, 0],
        [1, 2, 1],
      ]),
    );
    expect(sobel(image, { dx: 1, dy: 1 })).toEqual(
      correlate([
        [1, 0, -1],
        [0, 0, 0],
        [-1, 0, 1],
      ]),
    );
    expect(scharr(image, { dx: 1 })).toEqual(
      correlate([
        [-3, 0, 3],
        [-10, 0, 10],
        [-3, 0, 3],
      ]),
    );
    expect(laplacian(image)).toEqual(
      correlate([
        [0, 1, 0],
        [1, -4, 1],
        [0, 1, 0],
      ]),
    );
    expect(laplacian(image, { neighbours: 8 })).toEqual(
      correlate([
        [1, 1, 1],
        [1, -8, 1],
        [1, 1, 1],
      ]),
    );
  });

  it('vanish where nothing changes, and see a step', () => {
    const flat = new Image(new Uint8Array(100).fill(9), 10, 10, 1);
    for (const result of [sobel(flat, { dx: 2, kernelSize: 5 }), scharr(flat, { dy: 1 }), laplacian(flat)]) {
      expect(result.dtype).toBe('float32');
      expect(result.data.every((value) => value === 0)).toBe(true);
    }
    const step = new Image(
      Uint8Array.from({ length: 100 }, (_, i) => (i % 10 < 5 ? 0 : 10)),
      10,
      10,
      1,
    );
    expect([...sobel(step, { dx: 1 }).data.subarray(40, 50)]).toEqual([0, 0, 0, 0, 40, 40, 0, 0, 0, 0]);
    const seen = sobel(step, { dx: 1, scale: -1, delta: 128, outDtype: 'uint8' });
    expect([...seen.data.subarray(43, 47)]).toEqual([128, 88, 88, 128]);
  });

  it('say what is wrong', () => {
    const image = noise(5, 4, 1);
    expect(() => sobel(image, {})).toThrow('sobel: dx or dy must be 1 or more: along which axis shall it derive?');
    expect(() => sobel(image, { dx: 3 })).toThrow('sobel: dx must be from 0 to 2, but got 3');
    expect(() => sobel(image, { dx: 1, kernelSize: 7 as 3 })).toThrow('sobel: kernelSize must be 3 or 5, but got 7');
    expect(() => scharr(image, { dx: 1, dy: 1 })).toThrow('scharr: only one of dx and dy can be 1');
    expect(() => laplacian(image, { neighbours: 6 as 4 })).toThrow('laplacian: neighbours must be 4 or 8, but got 6');
  });
});

describe('sharpening', () => {
  it('adds what the neighbours lack', () => {
    const image = noise(15, 9, 3);
    expect(sharpen(image)).toEqual(
      filter2d(image, [
        [0, -1, 0],
        [-1, 5, -1],
        [0, -1, 0],
      ]),
    );
    const strong = filter2d(image, [
      [-0.5, -0.5, -0.5],
      [-0.5, 5, -0.5],
      [-0.5, -0.5, -0.5],
    ]);
    expect(sharpen(image, { amount: 0.5, neighbours: 8 })).toEqual(strong);
  });

  it.each(TYPES)('adds what a blur takes away, but not below the threshold: %s', (type) => {
    const image = noise(37, 9, 3, type);
    const threshold = type === 'float32' ? 0.25 : 40;
    const blurred = gaussianBlur(image, { sigma: 1.2, kernelSize: 7, outDtype: 'float32' });
    const expected = values(image).map((x, i) => {
      const difference = Math.fround(x - blurred.data[i]);
      if (Math.abs(difference) < threshold) return x;
      return saturated(Math.fround(x + Math.fround(Math.fround(1.5) * difference)), type);
    });
    const result = unsharpMask(image, { sigma: 1.2, kernelSize: 7, amount: 1.5, threshold });
    expect(values(result)).toEqual(expected);
    expect(values(result)).not.toEqual(values(unsharpMask(image, { sigma: 1.2, kernelSize: 7, amount: 1.5 })));
    expect(unsharpMask(image, { sigma: 2, amount: 0 })).toEqual(image);
    expect(() => unsharpMask(image, { sigma: 2, threshold: -1 })).toThrow('threshold must not be negative');
  });
});

describe('low and high pass', () => {
  it.each([2n, Symbol('size'), '3', null, 2, {}])('have no kernel of size %s', (size) => {
    for (const kernel of [lowPassKernel, highPassKernel]) {
      expect(() => kernel(size as never)).toThrow(expect.objectContaining({ code: expect.stringMatching(/^ERR_/) }));
    }
  });

  it('have the sums 1 and 0, and together make the image', () => {
    for (const shape of ['box', 'gaussian'] as const) {
      const sum = (kernel: number[][]) => kernel.flat().reduce((total, weight) => total + weight, 0);
      expect(
        lowPassKernel(5, shape)
          .flat()
          .every((weight) => weight > 0),
      ).toBe(true);
      expect(sum(lowPassKernel(5, shape))).toBeCloseTo(1, 12);
      expect(sum(highPassKernel(5, shape))).toBeCloseTo(0, 12);
      const image = noise(14, 9, 3, 'float32');
      const [low, high] = [lowPass(image, { kernelSize: 5, shape }), highPass(image, { kernelSize: 5, shape })];
      for (const [i, value] of image.data.entries()) expect(low.data[i] + high.data[i]).toBeCloseTo(value, 5);
    }
    expect(highPass(noise(5, 5, 1)).dtype).toBe('float32');
    expect(() => lowPassKernel(4)).toThrow('lowPassKernel: kernelSize must be odd');
  });
});

describe('filter2d with large kernels', () => {
  it('is the sum that it is defined as, within rounding, with every border', () => {
    const size = [19, 17] as const;
    const weights = someWeights(19 * 17);
    for (const [width, height] of [
      [70, 40],
      [20, 30],
      [9, 25],
    ] as const) {
      for (const border of BORDERS) {
        for (const borderValue of border === 'constant' ? [0, 50] : [undefined]) {
          const image = noise(width, height, 2);
          const around = { size, border, borderValue: borderValue ?? 0, anchor: [4, 8] } as const;
          const expected = mapWindows(image, around, 'float32', (window) =>
            window.reduce((sum, value, i) => sum + value * weights[i], 5),
          );
          const options = { border, borderValue, delta: 5, anchor: { y: 4 }, outDtype: 'float32' } as const;
          const result = filter2d(image, rowsOf(weights, 17), options);
          const bound = 2e-6 * 255 * weights.reduce((sum, weight) => sum + Math.abs(weight), 0);
          for (const [i, value] of result.data.entries()) {
            expect(Math.abs(value - expected.data[i])).toBeLessThanOrEqual(bound);
          }
        }
      }
    }
  });
});
