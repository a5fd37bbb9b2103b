import {
  AdaptiveAvgPool1d,
  AdaptiveAvgPool2d,
  AdaptiveAvgPool3d,
  AdaptiveMaxPool1d,
  AdaptiveMaxPool2d,
  AdaptiveMaxPool3d,
  AvgPool1d,
  AvgPool2d,
  AvgPool3d,
  activate,
  adaptiveAvgPool2d,
  adaptiveMaxPool2d,
  avgPool2d,
  avgPool3d,
  BatchNorm1d,
  BatchNorm2d,
  BatchNorm3d,
  batchNorm2d,
  Clip,
  Conv1d,
  Conv2d,
  Conv3d,
  ConvTranspose1d,
  ConvTranspose2d,
  conv1d,
  conv2d,
  conv3d,
  convTranspose1d,
  convTranspose2d,
  Dropout,
  ELU,
  Flatten,
  GELU,
  GlobalAvgPool2d,
  GlobalMaxPool2d,
  globalAvgPool2d,
  globalMaxPool2d,
  HardSigmoid,
  HardSwish,
  type Layer,
  LeakyReLU,
  Linear,
  LpPool2d,
  linear,
  lpPool2d,
  MaxPool1d,
  MaxPool2d,
  MaxPool3d,
  maxPool1d,
  maxPool2d,
  maxPool3d,
  PReLU,
  ReLU,
  ReLU6,
  Sequential,
  Sigmoid,
  SiLU,
  Softmax,
  softmax,
  Tanh,
  Tensor,
} from 'convkit';
import { describe, expect, it } from 'vitest';
import { difference, onEachBackend, wholeNumbers } from './support.js';

const image = wholeNumbers([2, 4, 9, 10]);
const line = wholeNumbers([2, 4, 11]);
const volume = wholeNumbers([1, 2, 5, 6, 7]);

function part(layer: Layer, name: string): Tensor {
  const tensor = layer.parameters().get(name);
  if (tensor === undefined) throw new Error(`no parameter ${name}`);
  return tensor;
}

function weightAndBias(layer: Layer): { weight: Tensor; bias: Tensor } {
  return { weight: part(layer, 'weight'), bias: part(layer, 'bias') };
}

/** A layer, an input, and the operator that says what should come out. */
type Case = [name: string, make: () => Layer, x: Tensor, expected: (layer: Layer) => Tensor];

const window = { stride: [2, 1], padding: [1, 2] } as const;
const WEIGHTED: Case[] = [
  [
    'Conv1d',
    () => new Conv1d(4, 6, 3, { groups: 2, padding: 1 }),
    line,
    (layer) => {
      const { weight, bias } = weightAndBias(layer);
      return conv1d(line, weight, { bias, groups: 2, padding: 1 });
    },
  ],
  [
    'Conv2d',
    () => new Conv2d(4, 6, [3, 5], { ...window, activation: 'relu' }),
    image,
    (layer) => {
      const { weight, bias } = weightAndBias(layer);
      return conv2d(image, weight, { bias, ...window, activation: 'relu' });
    },
  ],
  [
    'Conv2d with a slope a channel and reflected edges',
    () => {
      const activation = { kind: 'prelu', slope: Tensor.from([0.1, 0.2, 0.3]) } as const;
      return new Conv2d(4, 3, 3, { bias: false, padding: 'same', paddingMode: 'reflect', activation });
    },
    image,
    (layer) => {
      const activation = { kind: 'prelu', slope: Tensor.from([0.1, 0.2, 0.3]) } as const;
      return conv2d(image, part(layer, 'weight'), { padding: 'same', paddingMode: 'reflect', activation });
    },
  ],
  [
    'Conv2d on one image, channels last',
    () => new Conv2d(10, 2, 2, { layout: 'NHWC' }),
    wholeNumbers([7, 8, 10]),
    (layer) => {
      const { weight, bias } = weightAndBias(layer);
      return conv2d(wholeNumbers([7, 8, 10]), weight, { bias, layout: 'NHWC' });
    },
  ],
  [
    'Conv3d',
    () => new Conv3d(2, 3, [1, 2, 3], { dilation: [1, 2, 1] }),
    volume,
    (layer) => {
      const { weight, bias } = weightAndBias(layer);
      return conv3d(volume, weight, { bias, dilation: [1, 2, 1] });
    },
  ],
  [
    'ConvTranspose1d',
    () => new ConvTranspose1d(4, 2, 3, { stride: 2, outputPadding: 1 }),
    line,
    (layer) => {
      const { weight, bias } = weightAndBias(layer);
      return convTranspose1d(line, weight, { bias, stride: 2, outputPadding: 1 });
    },
  ],
  [
    'ConvTranspose2d',
    () => new ConvTranspose2d(4, 6, 3, { groups: 2, stride: 2, padding: 1 }),
    image,
    (layer) => {
      const { weight, bias } = weightAndBias(layer);
      return convTranspose2d(image, weight, { bias, groups: 2, stride: 2, padding: 1 });
    },
  ],
  [
    'Linear',
    () => new Linear(10, 3, { activation: 'tanh' }),
    image,
    (layer) => {
      const { weight, bias } = weightAndBias(layer);
      return activate(linear(image, weight, bias), 'tanh');
    },
  ],
];

const POOLING: Case[] = [
  ['MaxPool1d', () => new MaxPool1d(3, { stride: 2 }), line, () => maxPool1d(line, 3, { stride: 2 })],
  [
    'MaxPool2d',
    () => new MaxPool2d(3, { stride: 2, padding: 1, ceilMode: true }),
    image,
    () => maxPool2d(image, 3, { stride: 2, padding: 1, ceilMode: true }),
  ],
  ['MaxPool3d', () => new MaxPool3d(2), volume, () => maxPool3d(volume, 2)],
  ['AvgPool1d', () => new AvgPool1d(2), line, () => avgPool2d(line.reshape([2, 4, 1, 11]), [1, 2]).reshape([2, 4, 5])],
  [
    'AvgPool2d',
    () => new AvgPool2d(3, { padding: 1, countIncludePad: false }),
    image,
    () => avgPool2d(image, 3, { padding: 1, countIncludePad: false }),
  ],
  ['AvgPool3d', () => new AvgPool3d([1, 2, 3]), volume, () => avgPool3d(volume, [1, 2, 3])],
  ['LpPool2d', () => new LpPool2d(2, 3, { stride: 1 }), image, () => lpPool2d(image, 2, 3, { stride: 1 })],
  [
    'AdaptiveAvgPool1d',
    () => new AdaptiveAvgPool1d(4),
    line,
    () => adaptiveAvgPool2d(line.reshape([2, 4, 1, 11]), [1, 4]).reshape([2, 4, 4]),
  ],
  ['AdaptiveAvgPool2d', () => new AdaptiveAvgPool2d([4, null]), image, () => adaptiveAvgPool2d(image, [4, null])],
  [
    'AdaptiveAvgPool3d',
    () => new AdaptiveAvgPool3d(1),
    volume,
    () => adaptiveAvgPool2d(volume.reshape([1, 2, 30, 7]), 1).reshape([1, 2, 1, 1, 1]),
  ],
  [
    'AdaptiveMaxPool1d',
    () => new AdaptiveMaxPool1d(4),
    line,
    () => adaptiveMaxPool2d(line.reshape([2, 4, 1, 11]), [1, 4]).reshape([2, 4, 4]),
  ],
  ['AdaptiveMaxPool2d', () => new AdaptiveMaxPool2d(3), image, () => adaptiveMaxPool2d(image, 3)],
  [
    'AdaptiveMaxPool3d',
    () => new AdaptiveMaxPool3d(1),
    volume,
    () => adaptiveMaxPool2d(volume.reshape([1, 2, 30, 7]), 1).reshape([1, 2, 1, 1, 1]),
  ],
  ['GlobalAvgPool2d', () => new GlobalAvgPool2d(), image, () => globalAvgPool2d(image)],
  ['GlobalMaxPool2d', () => new GlobalMaxPool2d(), image, () => globalMaxPool2d(image)],
];

const ELEMENTWISE: Case[] = [
  ['ReLU', () => new ReLU(), image, () => activate(image, 'relu')],
  ['ReLU6', () => new ReLU6(), image, () => activate(image, 'relu6')],
  ['Sigmoid', () => new Sigmoid(), image, () => activate(image, 'sigmoid')],
  ['Tanh', () => new Tanh(), image, () => activate(image, 'tanh')],
  ['SiLU', () => new SiLU(), image, () => activate(image, 'silu')],
  ['HardSigmoid', () => new HardSigmoid(), image, () => activate(image, 'hardSigmoid')],
  ['HardSwish', () => new HardSwish(), image, () => activate(image, 'hardSwish')],
  ['GELU', () => new GELU(), image, () => activate(image, 'gelu')],
  ['LeakyReLU', () => new LeakyReLU(), image, () => activate(image, { kind: 'leakyRelu', slope: 0.01 })],
  ['Clip', () => new Clip(-2, 1), image, () => activate(image, { kind: 'clip', min: -2, max: 1 })],
  ['ELU', () => new ELU(0.5), image, () => activate(image, { kind: 'elu', alpha: 0.5 })],
  ['PReLU', () => new PReLU(), image, () => activate(image, { kind: 'prelu', slope: Tensor.from([0.25]) })],
  [
    'PReLU, one slope a channel',
    () => new PReLU(4, { init: 0.5 }),
    image,
    () => activate(image, { kind: 'leakyRelu', slope: 0.5 }),
  ],
  ['Softmax', () => new Softmax(1), image, () => softmax(image, 1)],
  ['Flatten', () => new Flatten(), image, () => image.reshape([2, 360])],
  ['Flatten of some axes', () => new Flatten(0, -2), image, () => image.reshape([72, 10])],
  ['Dropout', () => new Dropout(0.9), image, () => image],
];

describe('a layer gives what its operator gives', () => {
  onEachBackend(() => {
    it.each([...WEIGHTED, ...POOLING, ...ELEMENTWISE])('%s', async (_, make, x, expected) => {
      const layer = make();
      const wanted = expected(layer);
      const y = layer.forward(x);
      expect(y.shape).toEqual(wanted.shape);
      expect(layer.outputShape(x.shape)).toEqual(wanted.shape);
      expect(difference(y, wanted)).toBeLessThan(1e-6);
      const later = await layer.forwardAsync(x);
      expect(later.data).toEqual(y.data);
      expect(y.data.buffer).not.toBe(x.data.buffer);
    });

    it('BatchNorm1d, 2d and 3d apply the statistics that were loaded', () => {
      const statistics = {
        weight: Tensor.from([1, 2, 3, 4]),
        bias: Tensor.from([4, 3, 2, 1]),
        running_mean: Tensor.from([-1, 0, 1, 2]),
        running_var: Tensor.from([1, 4, 9, 16]),
      };
      const { weight, bias, running_mean: mean, running_var: variance } = statistics;
      const expected = batchNorm2d(image, mean, variance, { weight, bias });
      const flat = image.reshape([2, 4, 90]);
      const deep = image.reshape([2, 4, 3, 3, 10]);
      expect(difference(new BatchNorm2d(4).load(statistics).forward(image), expected)).toBeLessThan(1e-6);
      expect(new BatchNorm1d(4).load(statistics).forward(flat).data).toEqual(expected.data);
      expect(new BatchNorm3d(4).load(statistics).forward(deep).data).toEqual(expected.data);
      const plain = new BatchNorm2d(4, { affine: false, eps: 1 });
      expect([...plain.parameters().keys()]).toEqual(['running_mean', 'running_var']);
      expect(difference(plain.forward(image), activate(image, { kind: 'leakyRelu', slope: 1 }))).toBeGreaterThan(0.1);
    });
  });
});

describe('a Sequential gives what its layers give one after another', () => {
  onEachBackend(() => {
    const network = new Sequential(
      new Conv2d(4, 8, 3, { padding: 1, bias: false, seed: 1 }),
      new BatchNorm2d(8).load({
        weight: Tensor.from([1, -2, 3, 0.5, 1, 2, -1, 0]),
        bias: Tensor.from([0, 1, 2, 3, 4, 5, 6, 7]),
        running_mean: Tensor.from([1, 2, 1, 0, -1, -2, 0, 0]),
        running_var: Tensor.from([1, 2, 3, 4, 5, 6, 7, 8]),
      }),
      new PReLU(8),
      new Sequential(
        new MaxPool2d(2, { ceilMode: true }),
        new ConvTranspose2d(8, 4, 2, { stride: 2, seed: 2 }),
        new SiLU(),
      ),
      new Dropout(),
      new Flatten(),
      new Linear(400, 5, { seed: 3 }),
      new BatchNorm1d(5),
      new HardSwish(),
      new Softmax(),
    );
    const oneByOne = () => network.layers.reduce((x, layer) => layer.forward(x), image);

    it('within rounding, although batch norms and activations are folded into the steps before', () => {
      const y = network.forward(image);
      expect(y.shape).toEqual([2, 5]);
      expect(difference(y, oneByOne())).toBeLessThan(1e-5);
      const fused = network.summary(image.shape).rows.filter(({ algorithm }) => algorithm === 'fused');
      expect(fused.map(({ name }) => name)).toEqual(['1', '2', '3.2', '7', '8']);
    });

    it('bit for bit for an image alone and inside of a batch, and asynchronously', async () => {
      const both = network.forward(image);
      expect((await network.forwardAsync(image)).data).toEqual(both.data);
      for (const i of [0, 1]) {
        const alone = new Tensor(image.data.subarray(i * 360, (i + 1) * 360), [1, 4, 9, 10]);
        expect(network.forward(alone).data).toEqual(both.data.subarray(5 * i, 5 * i + 5));
      }
    });

    it('where batch norm follows a grouped transposed convolution, and where channels are last', () => {
      const statistics = {
        weight: Tensor.from([1, 2, 3, 4, 5, 6]),
        bias: Tensor.from([6, 5, 4, 3, 2, 1]),
        running_mean: Tensor.from([1, -1, 2, -2, 3, -3]),
        running_var: Tensor.from([1, 2, 3, 4, 5, 6]),
      };
      const up = new Sequential(
        new ConvTranspose2d(4, 6, 3, { groups: 2, stride: 2, seed: 1 }),
        new BatchNorm2d(6).load(statistics),
        new LeakyReLU(0.2),
      );
      const last = { layout: 'NHWC' } as const;
      const channelsLast = new Sequential(
        new Conv2d(10, 6, 3, { ...last, padding: 1, seed: 1 }),
        new BatchNorm2d(6, last).load(statistics),
        new ReLU(),
        new MaxPool2d(2, last),
      );
      for (const layers of [up, channelsLast]) {
        const expected = layers.layers.reduce((x, layer) => layer.forward(x), image);
        expect(difference(layers.forward(image), expected)).toBeLessThan(1e-5);
      }
    });

    it('and an empty batch gives an empty result', async () => {
      const empty = Tensor.zeros([0, 4, 9, 10]);
      expect(network.forward(empty).shape).toEqual([0, 5]);
      expect((await network.forwardAsync(empty)).shape).toEqual([0, 5]);
      expect(network.summary(empty.shape).rows).toHaveLength(12);
    });

    it('and without layers copies', () => {
      const y = new Sequential().forward(image);
      expect(y.data).toEqual(image.data);
      expect(y.data).not.toBe(image.data);
    });
  });
});
