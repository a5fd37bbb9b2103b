import {
  ArgumentError,
  AvgPool2d,
  BatchNorm2d,
  Clip,
  Conv2d,
  ConvTranspose2d,
  Dropout,
  Flatten,
  Linear,
  MaxPool2d,
  PReLU,
  ReLU,
  Sequential,
  ShapeError,
  Tensor,
  UnsupportedError,
} from 'convkit';
import { describe, expect, it } from 'vitest';

type Thrower = new (message: string) => Error;

const CONSTRUCTION: [string, () => unknown, Thrower, string][] = [
  [
    'groups and input channels',
    () => new Conv2d(10, 5, 3, { groups: 6 }),
    ShapeError,
    'in_channels must be divisible by groups',
  ],
  [
    'groups and output channels',
    () => new Conv2d(10, 6, 3, { groups: 5 }),
    ShapeError,
    'out_channels must be divisible by groups',
  ],
  ['no groups', () => new Conv2d(10, 6, 3, { groups: 0 }), ShapeError, 'groups must be a positive integer'],
  ['no kernel', () => new Conv2d(1, 1, 0), ShapeError, 'kernel size should be greater than zero'],
  ['half a channel', () => new Conv2d(1.5, 1, 3), ShapeError, 'inChannels must be an integer'],
  ['a kernel of three axes', () => new Conv2d(1, 1, [3, 3, 3] as never), ArgumentError, 'kernelSize'],
  ['an unknown option', () => new Conv2d(1, 1, 3, { strides: 2 } as never), ArgumentError, "Did you mean 'stride'?"],
  ['an operator option', () => new MaxPool2d(2, { returnIndices: true } as never), ArgumentError, 'returnIndices'],
  [
    'an unknown activation',
    () => new Linear(1, 1, { activation: 'rely' as never }),
    ArgumentError,
    "Did you mean 'relu'?",
  ],
  [
    'an outputPadding of a convolution',
    () => new Conv2d(1, 1, 3, { outputPadding: 1 } as never),
    ArgumentError,
    'outputPadding',
  ],
  ['negative features', () => new Linear(-1, 1), ShapeError, 'inFeatures must not be negative'],
  ['negative channels', () => new BatchNorm2d(-1), ShapeError, 'numFeatures must not be negative'],
  ['an impossible probability', () => new Dropout(1.5), ArgumentError, 'between 0 and 1'],
  ['bounds upside down', () => new Clip(1, -1), ArgumentError, 'min must not exceed max'],
  ['no slope', () => new PReLU(0), ShapeError, 'numParameters must be positive'],
  ['what is no layer', () => new Sequential(new ReLU(), 'relu' as never), ArgumentError, 'argument 1 must be a layer'],
];

const USE: [string, () => unknown, Thrower, string][] = [
  [
    'channels',
    () => new Conv2d(4, 6, 3).forward(Tensor.zeros([1, 3, 5, 5])),
    ShapeError,
    'Given groups=1, weight of size [6, 4, 3, 3], expected input[1, 3, 5, 5] to have 4 channels, but got 3 channels instead',
  ],
  [
    'a small input',
    () => new Conv2d(1, 1, 3).outputShape([1, 2, 2]),
    ShapeError,
    "Kernel size can't be greater than actual input size",
  ],
  [
    'axes',
    () => new Conv2d(1, 1, 3).forward(Tensor.zeros([5, 5])),
    ShapeError,
    'Expected 3D (unbatched) or 4D (batched) input to conv2d',
  ],
  [
    'strided same',
    () => new Conv2d(1, 1, 3, { stride: 2, padding: 'same' }).outputShape([1, 9, 9]),
    ShapeError,
    "padding='same' is not supported for strided convolutions",
  ],
  [
    'output padding',
    () => new ConvTranspose2d(1, 1, 3, { outputPadding: 1 }).outputShape([1, 9, 9]),
    ShapeError,
    'output padding must be smaller than either stride or dilation',
  ],
  [
    'pool padding',
    () => new AvgPool2d(2, { padding: 2 }).outputShape([1, 9, 9]),
    ShapeError,
    'pad should be at most half of kernel size',
  ],
  [
    'features',
    () => new Linear(4, 2).forward(Tensor.zeros([3, 5])),
    ShapeError,
    'mat1 and mat2 shapes cannot be multiplied (3x5 and 4x2)',
  ],
  ['norm channels', () => new BatchNorm2d(4).forward(Tensor.zeros([1, 3, 2, 2])), ShapeError, '3 elements'],
  ['axes to flatten', () => new Flatten(3).outputShape([2, 3]), ShapeError, 'axis out of range'],
  [
    'axes upside down',
    () => new Flatten(2, 1).outputShape([2, 3, 4]),
    ShapeError,
    'start_dim cannot come after end_dim',
  ],
  [
    'a forced algorithm',
    () => new Conv2d(4, 4, 3, { algorithm: 'depthwise' }).outputShape([4, 9, 9]),
    UnsupportedError,
    'depthwise',
  ],
  ['no tensor', () => new ReLU().forward([1, 2] as never), ArgumentError, 'ReLU.forward: x must be a Tensor'],
  ['no shape', () => new ReLU().outputShape('3' as never), ArgumentError, 'ReLU.outputShape'],
  ['a fractional shape', () => new ReLU().summary([0.5]), ShapeError, 'ReLU.summary'],
  ['nothing to prepare for', () => new ReLU().prepare(), ArgumentError, 'inputShape is needed'],
];

describe('a layer refuses', () => {
  it.each([...CONSTRUCTION, ...USE])('%s', (_, work, type, phrase) => {
    expect(work).toThrow(type);
    expect(work).toThrow(phrase);
  });

  it('the same asynchronously, as a rejection', async () => {
    const layer = new Conv2d(4, 6, 3);
    const wrong = layer.forwardAsync(Tensor.zeros([1, 3, 5, 5]));
    await expect(wrong).rejects.toThrow(ShapeError);
    await expect(layer.forwardAsync(Tensor.zeros([4, 5, 5]), { signals: 1 } as never)).rejects.toThrow(
      "Did you mean 'signal'?",
    );
    await expect(layer.forwardAsync(Tensor.zeros([4, 5, 5]), { signal: 1 as never })).rejects.toThrow(ArgumentError);
  });
});

describe('a Sequential', () => {
  it('says which of its layers it was', () => {
    const network = new Sequential(new ReLU(), new Sequential(new ReLU(), new Conv2d(4, 6, 3)));
    const phrase = "layer '1.1', Conv2d(4, 6, 3): conv2d: Given groups=1";
    expect(() => network.forward(Tensor.zeros([1, 3, 5, 5]))).toThrow(phrase);
    expect(() => network.outputShape([1, 3, 5, 5])).toThrow(phrase);
  });
});
