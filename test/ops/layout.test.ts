import {
  activate,
  adaptiveAvgPool2d,
  adaptiveMaxPool2d,
  avgPool2d,
  batchNorm2d,
  col2im,
  conv2d,
  convTranspose2d,
  globalAvgPool2d,
  globalMaxPool2d,
  im2col,
  lpPool2d,
  maxPool2d,
  maxUnpool2d,
  type Shape,
  Tensor,
} from 'convkit';
import { describe, expect, it } from 'vitest';

type Values = Float32Array | Int32Array;

/** [N, C, H, W] ⇄ [N, H, W, C], or without N. */
function moveChannels<T extends Values>(data: T, shape: Shape, toLast: boolean): { data: T; shape: Shape } {
  const [n, a, b, c] = shape.length === 4 ? shape : [1, ...shape];
  const [channels, pixels] = toLast ? [a, b * c] : [c, a * b];
  const moved = data.slice() as T;
  for (let i = 0; i < n * channels * pixels; i++) {
    const [image, rest] = [Math.floor(i / (channels * pixels)), i % (channels * pixels)];
    const [channel, pixel] = [Math.floor(rest / pixels), rest % pixels];
    const last = (image * pixels + pixel) * channels + channel;
    moved[toLast ? last : i] = data[toLast ? i : last];
  }
  const place = toLast ? [b, c, a] : [c, a, b];
  return { data: moved, shape: shape.length === 4 ? [n, ...place] : place };
}

const last = (tensor: Tensor) => {
  const { data, shape } = moveChannels(tensor.data, tensor.shape, true);
  return new Tensor(data, shape);
};

function numbers(...shape: number[]): Tensor {
  const tensor = Tensor.zeros(shape);
  return new Tensor(
    tensor.data.map((_, i) => ((i * 37 + 11) % 19) - 9),
    shape,
  );
}

const NHWC = { layout: 'NHWC' } as const;
const weight = numbers(4, 3, 3, 2);
const transposedWeight = numbers(3, 4, 2, 3);
const [mean, variance] = [Tensor.from([1, 2, 3]), Tensor.from([4, 5, 6])];

/** Each operator in both layouts. */
const OPERATORS: [string, (x: Tensor, layout: object) => Tensor][] = [
  ['conv2d', (x, layout) => conv2d(x, weight, { padding: 'same', activation: 'relu', ...layout })],
  ['conv2d, reflected', (x, layout) => conv2d(x, weight, { padding: [1, 2], paddingMode: 'reflect', ...layout })],
  [
    'convTranspose2d',
    (x, layout) => convTranspose2d(x, transposedWeight, { stride: 2, bias: Tensor.zeros([4]), ...layout }),
  ],
  ['maxPool2d', (x, layout) => maxPool2d(x, 2, { ...layout })],
  ['avgPool2d', (x, layout) => avgPool2d(x, 3, { stride: 2, padding: 1, ceilMode: true, ...layout })],
  ['lpPool2d', (x, layout) => lpPool2d(x, 2, 2, layout)],
  ['adaptiveAvgPool2d', (x, layout) => adaptiveAvgPool2d(x, [2, null], layout)],
  ['adaptiveMaxPool2d', (x, layout) => adaptiveMaxPool2d(x, [3, 2], { ...layout })],
  ['globalAvgPool2d', (x, layout) => globalAvgPool2d(x, layout)],
  ['globalMaxPool2d', (x, layout) => globalMaxPool2d(x, layout)],
  ['batchNorm2d', (x, layout) => batchNorm2d(x, mean, variance, layout)],
];

describe('channels last', () => {
  it.each(OPERATORS)('%s', (_, operator) => {
    for (const x of [numbers(2, 3, 5, 6), numbers(3, 5, 6), numbers(0, 3, 5, 6)]) {
      expect(operator(last(x), NHWC)).toEqual(last(operator(x, {})));
    }
  });

  it('of the residual too, and of out', () => {
    const x = numbers(2, 3, 5, 6);
    const residual = numbers(2, 4, 3, 5);
    const out = Tensor.zeros([2, 3, 5, 4]);
    expect(conv2d(last(x), weight, { residual: last(residual), out, ...NHWC })).toBe(out);
    expect(out).toEqual(last(conv2d(x, weight, { residual })));
  });

  it.each([
    ['maxPool2d', (x: Tensor, layout: object) => maxPool2d(x, 2, { returnIndices: true, ...layout })],
    ['adaptiveMaxPool2d', (x: Tensor, layout: object) => adaptiveMaxPool2d(x, 2, { returnIndices: true, ...layout })],
  ])('of the indices of %s, which stay flat in their plane', (_, operator) => {
    const x = numbers(2, 3, 4, 6);
    const first = operator(x, {});
    const actual = operator(last(x), NHWC);
    expect(actual.output).toEqual(last(first.output));
    expect(actual.indices).toEqual(moveChannels(first.indices, first.output.shape, true).data);
  });

  it('and back through maxUnpool2d', () => {
    const { output, indices } = maxPool2d(numbers(2, 4, 6, 3), 2, { returnIndices: true, ...NHWC });
    const first = maxPool2d(moved(numbers(2, 4, 6, 3)), 2, { returnIndices: true });
    expect(maxUnpool2d(output, indices, 2, NHWC)).toEqual(last(maxUnpool2d(first.output, first.indices, 2)));
  });

  it('of the image of im2col and col2im, whose columns stay', () => {
    const x = numbers(2, 3, 5, 6);
    const columns = im2col(x, 2);
    expect(im2col(last(x), 2, NHWC)).toEqual(columns);
    expect(col2im(columns, [5, 6], 2, NHWC)).toEqual(last(col2im(columns, [5, 6], 2)));
  });

  it('has prelu slopes for channels in both layouts', () => {
    const x = numbers(2, 3, 5, 6);
    const slope = Tensor.from([0.5, 0.25, 2, 4]);
    const activation = { kind: 'prelu', slope } as const;
    const plain = conv2d(x, weight);
    expect(conv2d(last(x), weight, { activation, ...NHWC })).toEqual(last(activate(plain, activation)));
  });

  function moved(x: Tensor): Tensor {
    const { data, shape } = moveChannels(x.data, x.shape, false);
    return new Tensor(data, shape);
  }
});
