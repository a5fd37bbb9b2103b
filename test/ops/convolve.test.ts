import { convolve, convolveAsync, correlate, correlateAsync, rot180, Tensor } from 'convkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const a = [1, -2, 3, 0, 5];
const b = [2, 1, -1, 3];
const c = [1, 2, 3, 4, 5, 6];
const d = [1, 0, -2];

/** Values by scipy.signal 1.17, method 'direct'. */
const SIGNALS: [number[], number[], 'full' | 'same' | 'valid', number[], number[]][] = [
  [a, b, 'full', [2, -3, 3, 8, 1, 14, -5, 15], [3, -7, 12, -3, 14, 1, 5, 10]],
  [a, b, 'same', [-3, 3, 8, 1, 14], [-7, 12, -3, 14, 1]],
  [a, b, 'valid', [8, 1], [-3, 14]],
  [b, a, 'full', [2, -3, 3, 8, 1, 14, -5, 15], [10, 5, 1, 14, -3, 12, -7, 3]],
  [b, a, 'same', [3, 8, 1, 14], [1, 14, -3, 12]],
  [b, a, 'valid', [8, 1], [14, -3]],
  [c, d, 'full', [1, 2, 1, 0, -1, -2, -10, -12], [-2, -4, -5, -6, -7, -8, 5, 6]],
  [c, d, 'same', [2, 1, 0, -1, -2, -10], [-4, -5, -6, -7, -8, 5]],
  [c, d, 'valid', [1, 0, -1, -2], [-5, -6, -7, -8]],
];

const image = [
  [1, 2, -3, 0],
  [0, 0, -2, 0],
  [2, -1, 1, 3],
];
const kernel = [
  [-3, -3, 1],
  [-1, -2, 3],
];

/** The image with the kernel, then the kernel with the image. */
const IMAGES: ['full' | 'same' | 'valid', typeof convolve, number[][], number[][]][] = [
  [
    'full',
    correlate,
    [
      [3, 4, -14, 4, 3, 0],
      [1, -1, -18, 7, 11, 0],
      [6, -7, 1, 14, -1, -3],
      [2, -7, -2, 3, -12, -9],
    ],
    [
      [-9, -12, 3, -2, -7, 2],
      [-3, -1, 14, 1, -7, 6],
      [0, 11, 7, -18, -1, 1],
      [0, 3, 4, -14, 4, 3],
    ],
  ],
  [
    'same',
    convolve,
    [
      [-9, 4, 11, -3],
      [-4, 8, 18, -11],
      [-3, 4, -9, -14],
    ],
    [
      [-4, 8, 18],
      [-3, 4, -9],
    ],
  ],
  [
    'same',
    correlate,
    [
      [4, -14, 4, 3],
      [-1, -18, 7, 11],
      [-7, 1, 14, -1],
    ],
    [
      [-1, 14, 1],
      [11, 7, -18],
    ],
  ],
  [
    'valid',
    convolve,
    [
      [8, 18],
      [4, -9],
    ],
    [
      [8, 18],
      [4, -9],
    ],
  ],
  [
    'valid',
    correlate,
    [
      [-18, 7],
      [1, 14],
    ],
    [
      [14, 1],
      [7, -18],
    ],
  ],
];

describe("scipy's values", () => {
  it.each(SIGNALS)('%j and %j, %s', async (f, g, mode, convolved, correlated) => {
    const [x, y] = [Tensor.from(f), Tensor.from(g)];
    expect(convolve(x, y, { mode }).toNested()).toEqual(convolved);
    expect(correlate(x, y, { mode }).toNested()).toEqual(correlated);
    expect((await convolveAsync(x, y, { mode })).toNested()).toEqual(convolved);
    expect((await correlateAsync(x, y, { mode })).toNested()).toEqual(correlated);
  });

  it.each(IMAGES)('of images, %s', (mode, operator, imageFirst, kernelFirst) => {
    const [x, y] = [Tensor.from(image), Tensor.from(kernel)];
    expect(operator(x, y, { mode }).toNested()).toEqual(imageFirst);
    expect(operator(y, x, { mode }).toNested()).toEqual(kernelFirst);
  });
});

describe('against the definition', () => {
  const signal = fc.array(fc.integer({ min: -8, max: 8 }), { minLength: 1, maxLength: 12 });

  it('convolve is Σ f[m]·g[n − m]', () => {
    fc.assert(
      fc.property(signal, signal, (f, g) => {
        const expected = Array.from({ length: f.length + g.length - 1 }, (_, n) =>
          f.reduce((sum, value, m) => sum + value * (g[n - m] ?? 0), 0),
        );
        expect(convolve(Tensor.from(f), Tensor.from(g)).toNested()).toEqual(expected.map((value) => value + 0));
      }),
    );
  });
});

describe('rot180', () => {
  it('turns each plane and keeps channels where they are', () => {
    expect(rot180(Tensor.from([1, 2, 3])).toNested()).toEqual([3, 2, 1]);
    expect(
      rot180(
        Tensor.from([
          [1, 2, 3],
          [4, 5, 6],
        ]),
      ).toNested(),
    ).toEqual([
      [6, 5, 4],
      [3, 2, 1],
    ]);
    expect(
      rot180(
        Tensor.from([
          [
            [1, 2],
            [3, 4],
          ],
          [
            [5, 6],
            [7, 8],
          ],
        ]),
      ).toNested(),
    ).toEqual([
      [
        [4, 3],
        [2, 1],
      ],
      [
        [8, 7],
        [6, 5],
      ],
    ]);
    expect(rot180(Tensor.from(7)).toNested()).toBe(7);
  });

  it('leaves its input alone and fills out', () => {
    const x = Tensor.from([1, 2, 3]);
    const out = Tensor.zeros([3]);
    expect(rot180(x, { out })).toBe(out);
    expect(x.toNested()).toEqual([1, 2, 3]);
    expect(out.toNested()).toEqual([3, 2, 1]);
  });
});
