import {
  Conv2d,
  conv2d,
  conv2dOutputShape,
  convolve,
  correlate,
  im2col,
  linear,
  MaxPool2d,
  maxPool2d,
  rot180,
  type Shape,
  ShapeError,
  Tensor,
} from 'convkit';
import { describe, expect, it } from 'vitest';
import { dft, multiply, sharpness, waveImage } from './signals.js';

/** Small integers, so that every sum is exact in float32 whatever its order. */
function integers(shape: Shape, seed = 1): Tensor {
  let state = seed;
  const tensor = Tensor.zeros(shape);
  for (let i = 0; i < tensor.size; i++) {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    tensor.data[i] = ((state >> 16) % 7) - 3;
  }
  return tensor;
}

describe('a convolution of 3×32×32 with 2×3×5×5', () => {
  const x = integers([3, 32, 32]);
  const weight = integers([2, 3, 5, 5], 2);
  const bias = Tensor.from([10, -20]);

  it('is 2×28×28', () => {
    expect(conv2d(x, weight).shape).toEqual([2, 28, 28]);
  });

  it('is the sum over channels and taps, plus one bias at every pixel', () => {
    const expected = Tensor.zeros([2, 28, 28]);
    let at = 0;
    for (let oc = 0; oc < 2; oc++) {
      for (let oh = 0; oh < 28; oh++) {
        for (let ow = 0; ow < 28; ow++) {
          let sum = bias.data[oc];
          for (let tap = 0; tap < 75; tap++) {
            const [ic, kh, kw] = [Math.floor(tap / 25), Math.floor(tap / 5) % 5, tap % 5];
            sum += x.data[ic * 1024 + (oh + kh) * 32 + ow + kw] * weight.data[oc * 75 + tap];
          }
          expected.data[at++] = sum;
        }
      }
    }
    expect(conv2d(x, weight, { bias })).toEqual(expected);
  });
});

describe('layers of the article', () => {
  it.each([
    [3, { stride: 2 }, [20, 33, 24, 49]],
    [[3, 5], { stride: [2, 1], padding: [4, 2] }, [20, 33, 28, 100]],
    [[3, 5], { stride: [2, 1], padding: [4, 2], dilation: [3, 1] }, [20, 33, 26, 100]],
  ] as const)('Conv2d(16, 33, %j, %j) on [20, 16, 50, 100]', (kernelSize, options, expected) => {
    const layer = new Conv2d(16, 33, kernelSize, options);
    const kernel = typeof kernelSize === 'number' ? [kernelSize, kernelSize] : kernelSize;
    expect(layer.outputShape([20, 16, 50, 100])).toEqual(expected);
    expect(conv2dOutputShape([20, 16, 50, 100], [33, 16, ...kernel], options)).toEqual(expected);
    expect(layer.forward(integers([16, 50, 100])).shape).toEqual(expected.slice(1));
  });

  it('splits channels into groups', () => {
    const layer = new Conv2d(10, 5, 3, { groups: 5 });
    expect(layer.parameters().get('weight')?.shape).toEqual([5, 2, 3, 3]);
    expect(layer.outputShape([20, 10, 224, 224])).toEqual([20, 5, 222, 222]);
    expect(layer.forward(integers([10, 24, 24])).shape).toEqual([5, 22, 22]);
  });

  it('refuses groups that do not divide both channel counts', () => {
    expect(() => new Conv2d(10, 5, 3, { groups: 6 })).toThrow(ShapeError);
    expect(() => new Conv2d(10, 5, 3, { groups: 6 })).toThrow('in_channels must be divisible by groups');
    expect(() => new Conv2d(10, 6, 3, { groups: 5 })).toThrow(ShapeError);
    expect(() => new Conv2d(10, 6, 3, { groups: 5 })).toThrow('out_channels must be divisible by groups');
  });

  it('has one filter a channel in a depthwise convolution', () => {
    expect(new Conv2d(8, 8, [3, 5], { groups: 8 }).parameters().get('weight')?.shape).toEqual([8, 1, 3, 5]);
    const x = integers([3, 6, 6]);
    const weight = integers([3, 1, 3, 3], 5);
    const depthwise = conv2d(x, weight, { groups: 3 });
    const alone = [0, 1, 2].map((c) => {
      const plane = new Tensor(x.data.slice(c * 36, c * 36 + 36), [1, 6, 6]);
      return conv2d(plane, new Tensor(weight.data.slice(c * 9, c * 9 + 9), [1, 1, 3, 3])).toNested();
    });
    expect(depthwise.toNested()).toEqual(alone.flat());
  });

  it('pools [20, 16, 50, 32] to [20, 16, 25, 16]', () => {
    const layer = new MaxPool2d(3, { stride: 2, padding: 1 });
    expect(layer.outputShape([20, 16, 50, 32])).toEqual([20, 16, 25, 16]);
    expect(maxPool2d(integers([20, 16, 50, 32]), 3, { stride: 2, padding: 1 }).shape).toEqual([20, 16, 25, 16]);
  });
});

describe('convolution and correlation', () => {
  const w = integers([3, 4], 3);
  const x = integers([6, 5], 4);

  it.each(['full', 'same', 'valid'] as const)('correlating with W is convolving with rot180(W): %s', (mode) => {
    expect(correlate(x, w, { mode })).toEqual(convolve(x, rot180(w), { mode }));
    expect(convolve(x, w, { mode })).toEqual(correlate(x, rot180(w), { mode }));
  });

  it('convolution commutes, correlation does not', () => {
    expect(convolve(x, w)).toEqual(convolve(w, x));
    expect(correlate(x, w)).not.toEqual(correlate(w, x));
    expect(correlate(x, w)).toEqual(rot180(correlate(w, x)));
  });

  it('a convolutional layer correlates', () => {
    const layer = conv2d(x.reshape([1, 6, 5]), w.reshape([1, 1, 3, 4]));
    expect(layer.reshape([4, 2])).toEqual(correlate(x, w, { mode: 'valid' }));
  });

  it('the transform of a convolution is the product of the transforms', () => {
    const f = [3, -1, 4, 1, -5, 9];
    const g = [2, 7, -1, 8];
    const convolved = convolve(Tensor.from(f), Tensor.from(g));
    const length = f.length + g.length - 1;
    const left = dft([...convolved.data], length);
    const right = multiply(dft(f, length), dft(g, length));
    expect(left).toHaveLength(9);
    left.forEach(([re, im], k) => {
      expect(re).toBeCloseTo(right[k][0], 9);
      expect(im).toBeCloseTo(right[k][1], 9);
    });
    const correlated = dft([...correlate(Tensor.from(f), Tensor.from(g)).data], length);
    expect(correlated.some(([re], k) => Math.abs(re - right[k][0]) > 1)).toBe(true);
  });
});

describe('a convolution as a product with a matrix', () => {
  it('is the weight as a matrix times the columns of the image', () => {
    const x = integers([3, 7, 8]);
    const weight = integers([4, 3, 3, 2], 6);
    const columns = im2col(x, [3, 2], { stride: [2, 1], padding: 1 });
    const rows = transpose(columns);
    const product = transpose(linear(rows, weight.reshape([4, 18])));
    expect(product.reshape([4, 4, 9])).toEqual(conv2d(x, weight, { stride: [2, 1], padding: 1 }));
  });

  it('repeats the entries of the image in those columns', () => {
    const columns = im2col(
      Tensor.from([
        [
          [1, 2, 3],
          [4, 5, 6],
          [7, 8, 9],
        ],
      ]),
      2,
    );
    expect(columns.toNested()).toEqual([
      [1, 2, 4, 5],
      [2, 3, 5, 6],
      [4, 5, 7, 8],
      [5, 6, 8, 9],
    ]);
  });

  it('or the signal times a matrix with the same kernel on every row, one place further', () => {
    const [f, g] = [Tensor.from([1, -2, 3, 4, 5]), Tensor.from([2, 0, -1])];
    const units = [0, 1, 2, 3, 4].map((i) => convolve(Tensor.from([0, 0, 0, 0, 0].with(i, 1)), g).toNested());
    const matrix = transpose(Tensor.from(units)); // its columns are the answers to unit impulses
    expect(matrix.toNested()).toEqual([
      [2, 0, 0, 0, 0],
      [0, 2, 0, 0, 0],
      [-1, 0, 2, 0, 0],
      [0, -1, 0, 2, 0],
      [0, 0, -1, 0, 2],
      [0, 0, 0, -1, 0],
      [0, 0, 0, 0, -1],
    ]);
    expect(linear(f, matrix)).toEqual(convolve(f, g));
  });

  function transpose({ data, shape: [rows, columns] }: Tensor): Tensor {
    const result = Tensor.zeros([columns, rows]);
    for (let i = 0; i < data.length; i++) result.data[(i % columns) * rows + Math.floor(i / columns)] = data[i];
    return result;
  }
});

describe('filters on an image', () => {
  const image = waveImage(32);
  const filter = (taps: number[][]) => convolve(image, Tensor.from(taps), { mode: 'same' });
  const mean = 1 / 9;
  const blur = [
    [mean, mean, mean],
    [mean, mean, mean],
    [mean, mean, mean],
  ];
  const laplacian = [
    [0, -1, 0],
    [-1, 4, -1],
    [0, -1, 0],
  ];
  const sharpen = [
    [0, -1, 0],
    [-1, 5, -1],
    [0, -1, 0],
  ];

  it('a low-pass kernel smooths and keeps the brightness', () => {
    const smooth = filter(blur);
    expect(sharpness(smooth)).toBeLessThan(0.5 * sharpness(image));
    const flat = convolve(Tensor.from(new Array(25).fill(3), [5, 5]), Tensor.from(blur), { mode: 'valid' });
    for (const value of flat.data) expect(value).toBeCloseTo(3, 5);
  });

  it('a high-pass kernel answers to edges alone, and sharpens what it is added to', () => {
    const flat = convolve(Tensor.from(new Array(25).fill(3), [5, 5]), Tensor.from(laplacian), { mode: 'valid' });
    expect([...flat.data]).toEqual(new Array(9).fill(0));
    const sharp = filter(sharpen);
    expect(sharpness(sharp)).toBeGreaterThan(1.5 * sharpness(image));
    const edges = filter(laplacian);
    for (const [i, value] of sharp.data.entries()) expect(value).toBeCloseTo(image.data[i] + edges.data[i], 5);
  });

  it('they differ in which frequencies pass', () => {
    const gain = (taps: number[][], frequency: number) => {
      const row = taps.reduce((sum, line) => sum.map((value, i) => value + line[i]), [0, 0, 0]);
      return Math.hypot(...dft(row, 32)[frequency]);
    };
    expect(gain(blur, 0)).toBeCloseTo(1);
    expect(gain(blur, 16)).toBeLessThan(0.5);
    expect(gain(laplacian, 0)).toBeCloseTo(0);
    expect(gain(laplacian, 16)).toBeGreaterThan(1);
  });
});
