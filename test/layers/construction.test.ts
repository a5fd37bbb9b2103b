import * as convkit from 'convkit';
import { ConvkitError } from 'convkit';
import { describe, expect, it } from 'vitest';

type Constructor = new (...words: unknown[]) => object;
const layers = convkit as unknown as Record<string, Constructor>;

const CONVOLUTIONS = ['Conv1d', 'Conv2d', 'Conv3d', 'ConvTranspose1d', 'ConvTranspose2d'];
const MAX_POOLS = ['MaxPool1d', 'MaxPool2d', 'MaxPool3d'];
const AVG_POOLS = ['AvgPool1d', 'AvgPool2d', 'AvgPool3d'];
const ADAPTIVE_POOLS = ['AdaptiveAvgPool1d', 'AdaptiveAvgPool2d', 'AdaptiveMaxPool2d', 'AdaptiveMaxPool3d'];
const BATCH_NORMS = ['BatchNorm1d', 'BatchNorm2d', 'BatchNorm3d'];

/** Layers, what comes before their options, and the options that no value below suits. */
const FAMILIES: readonly [string[], unknown[], string[]][] = [
  [CONVOLUTIONS, [4, 8, 3], ['stride', 'padding', 'dilation', 'groups', 'paddingMode', 'layout', 'algorithm']],
  [['ConvTranspose1d', 'ConvTranspose2d'], [4, 8, 3], ['outputPadding']],
  [MAX_POOLS, [2], ['stride', 'padding', 'dilation', 'ceilMode', 'layout']],
  [AVG_POOLS, [2], ['stride', 'padding', 'ceilMode', 'layout', 'countIncludePad', 'divisorOverride']],
  [['LpPool2d'], [2, 2], ['stride', 'ceilMode', 'layout']],
  [ADAPTIVE_POOLS, [2], ['layout']],
  [['GlobalAvgPool2d', 'GlobalMaxPool2d'], [], ['layout']],
  [BATCH_NORMS, [4], ['eps', 'layout', 'affine']],
];

const NEVER_RIGHT = ['2', 2n, Number.NaN, {}, [1, 2, 3, 4], new Float32Array(2), () => 1, Symbol('a'), ''];

/** Names the layer and the option, and is found before there is an input. */
function expectRefusal(layer: string, words: unknown[], about: string): void {
  let error: unknown;
  try {
    new layers[layer]!(...words);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(ConvkitError);
  const { message } = error as Error;
  expect(message).toMatch(new RegExp(`^${layer}: .*but `, 's'));
  expect(message).toContain(about);
}

describe.each(FAMILIES)('%s', (names, words, options) => {
  it.each(options)('refuse what %s can never be when they are made', (option) => {
    for (const layer of names) {
      for (const value of NEVER_RIGHT) expectRefusal(layer, [...words, { [option]: value }], option);
    }
  });
});

describe('sizes', () => {
  it.each([...MAX_POOLS, ...AVG_POOLS])('%s refuses a kernel that is none', (layer) => {
    for (const size of [undefined, null, 0, -1, 1.5, ...NEVER_RIGHT]) expectRefusal(layer, [size], 'kernel');
  });

  it.each(ADAPTIVE_POOLS)('%s refuses an output size that is none', (layer) => {
    for (const size of [undefined, -1, 1.5, ...NEVER_RIGHT]) expectRefusal(layer, [size], 'output');
  });

  it('LpPool2d refuses a p that is none', () => {
    for (const p of [undefined, null, 0, Number.POSITIVE_INFINITY, ...NEVER_RIGHT]) {
      expectRefusal('LpPool2d', [p, 2], 'p must be');
    }
  });
});

describe('values that fit no input', () => {
  it.each([
    ['Conv2d', [4, 8, 3, { stride: 0 }], 'stride'],
    ['Conv2d', [4, 8, 3, { padding: -1 }], 'padding'],
    ['Conv2d', [4, 8, 3, { padding: 'same', stride: 2 }], 'stride'],
    ['Conv1d', [4, 8, 3, { layout: 'NHWC' }], 'layout'],
    ['Conv3d', [4, 8, 3, { dilation: [1, 0, 1] }], 'dilation'],
    ['ConvTranspose2d', [4, 8, 3, { outputPadding: 1 }], 'outputPadding'],
    ['ConvTranspose2d', [4, 8, 3, { outputPadding: -1 }], 'outputPadding'],
    ['ConvTranspose2d', [4, 8, 3, { paddingMode: 'reflect' }], 'padding mode'],
    ['MaxPool2d', [2, { padding: 2 }], 'padding'],
    ['AvgPool2d', [2, { divisorOverride: 0 }], 'divisor'],
    ['BatchNorm2d', [4, { eps: -1 }], 'eps'],
  ])('%s(%j)', (layer, words, about) => expectRefusal(layer, words, about));

  it('ConvTranspose2d has one algorithm', () => {
    expect(() => new convkit.ConvTranspose2d(4, 8, 3, { algorithm: 'fft' as never })).toThrow(convkit.UnsupportedError);
  });

  it('what an input may yet make right is left for it', () => {
    expect(() => new convkit.Conv2d(4, 8, 3, { algorithm: 'winograd', padding: 'same' })).not.toThrow();
    expect(() => new convkit.Conv2d(4, 8, 30, { paddingMode: 'reflect', padding: 9 })).not.toThrow();
    expect(() => new convkit.AdaptiveAvgPool2d([null, 0])).not.toThrow();
  });
});
