import { describe, expect, it } from 'vitest';
import type { Algorithm } from '../../../src/program/step.js';
import {
  type ConvOptions,
  convGeometry,
  inputSize,
  integers,
  kernelSize,
  naiveConv,
  outputSize,
  runStep,
  uniform,
} from './support.js';

const CASES: Record<string, ConvOptions> = {
  '1x1': { inChannels: 5, outChannels: 7, input: [1, 4, 5], kernel: [1, 1, 1] },
  '3x3 padded': {
    batch: 2,
    inChannels: 4,
    outChannels: 8,
    input: [1, 7, 6],
    kernel: [1, 3, 3],
    pads: [0, 0, 1, 1, 1, 1],
  },
  'one pixel': { inChannels: 3, outChannels: 4, input: [1, 3, 3], kernel: [1, 3, 3] },
  'asymmetric pads': { inChannels: 2, outChannels: 3, input: [1, 5, 6], kernel: [1, 2, 4], pads: [0, 0, 0, 1, 1, 2] },
  'stride and dilation': {
    inChannels: 3,
    outChannels: 5,
    input: [1, 11, 13],
    kernel: [1, 3, 2],
    stride: [1, 2, 3],
    dilation: [1, 2, 3],
    pads: [0, 0, 2, 1, 3, 0],
  },
  '1-D': { batch: 3, inChannels: 4, outChannels: 6, input: [1, 1, 17], kernel: [1, 1, 5], pads: [0, 0, 0, 0, 2, 2] },
  '3-D': {
    batch: 2,
    inChannels: 3,
    outChannels: 4,
    input: [4, 5, 6],
    kernel: [2, 3, 3],
    stride: [2, 1, 2],
    pads: [1, 0, 1, 1, 0, 1],
  },
  groups: { batch: 2, inChannels: 6, outChannels: 9, groups: 3, input: [1, 6, 7], kernel: [1, 3, 3] },
  'groups of one output': { inChannels: 6, outChannels: 3, groups: 3, input: [1, 6, 9], kernel: [1, 3, 3] },
  depthwise: {
    batch: 2,
    inChannels: 5,
    outChannels: 5,
    groups: 5,
    input: [1, 8, 9],
    kernel: [1, 3, 3],
    pads: [0, 0, 1, 1, 1, 1],
  },
  'depthwise, strided, dilated': {
    inChannels: 4,
    outChannels: 4,
    groups: 4,
    input: [1, 15, 14],
    kernel: [1, 3, 5],
    stride: [1, 2, 2],
    dilation: [1, 2, 1],
    pads: [0, 0, 2, 2, 1, 3],
  },
  'depthwise with a multiplier': { inChannels: 3, outChannels: 12, groups: 3, input: [1, 5, 5], kernel: [1, 2, 2] },
  'more taps than a block': {
    inChannels: 70,
    outChannels: 4,
    input: [1, 5, 5],
    kernel: [1, 3, 3],
    pads: [0, 0, 1, 1, 1, 1],
  },
  'more pixels than a block': { inChannels: 2, outChannels: 4, input: [1, 20, 23], kernel: [1, 2, 3] },
  'two output channels': { inChannels: 3, outChannels: 2, input: [1, 9, 9], kernel: [1, 5, 5] },
  'no channels': { batch: 2, inChannels: 0, outChannels: 3, input: [1, 4, 4], kernel: [1, 3, 3] },
  'no images': { batch: 0, inChannels: 2, outChannels: 3, input: [1, 4, 4], kernel: [1, 3, 3] },
};

function run(options: ConvOptions, algorithm: Algorithm = 'auto', constants: number[] = []) {
  const geometry = convGeometry(options);
  const x = integers(geometry.batch * geometry.inChannels * inputSize(geometry), 1);
  const weightSize = (geometry.outChannels * geometry.inChannels * kernelSize(geometry)) / geometry.groups;
  const weight = integers(weightSize, 2);
  const resultSizes = [geometry.batch * geometry.outChannels * outputSize(geometry)];
  const operands = [x, weight, undefined, undefined, undefined];
  const [y] = runStep({ kind: 'conv', geometry, operands, resultSizes, extras: { algorithm }, constants });
  return { y, expected: naiveConv(geometry, x, weight) };
}

describe.each(Object.entries(CASES))('conv: %s', (_, options) => {
  it('equals the plain loops with every algorithm', () => {
    const depthwise = options.inChannels === (options.groups ?? 1);
    const algorithms: Algorithm[] = ['auto', 'gemm', 'direct', ...(depthwise ? (['depthwise'] as const) : [])];
    for (const algorithm of algorithms) {
      const { y, expected } = run(options, algorithm);
      expect(y, algorithm).toEqual(expected);
    }
  });

  it('does not care whether the weights are constants', () => {
    const { y, expected } = run(options, 'auto', [1]);
    expect(y).toEqual(expected);
  });
});

describe('conv', () => {
  const geometry = convGeometry({ batch: 3, inChannels: 5, outChannels: 7, input: [1, 9, 8], kernel: [1, 3, 3] });
  const imageSize = 5 * 72;
  const resultSize = 7 * 42;

  it('adds bias and residual before the activation', () => {
    const x = integers(3 * imageSize, 3);
    const weight = integers(7 * 45, 4);
    const bias = integers(7, 5, 20);
    const residual = integers(3 * resultSize, 6, 20);
    const [y] = runStep({
      kind: 'conv',
      geometry,
      operands: [x, weight, bias, residual, undefined],
      resultSizes: [3 * resultSize],
      extras: { activation: { kind: 'relu', alpha: 0, beta: 0 } },
    });
    const expected = naiveConv(geometry, x, weight).map((sum, i) =>
      Math.max(0, sum + bias[Math.floor(i / 42) % 7] + residual[i]),
    );
    expect(y).toEqual(expected);
  });

  it('takes a slope a channel', () => {
    const x = integers(3 * imageSize, 3);
    const weight = integers(7 * 45, 4);
    const slope = integers(7, 5);
    const [y] = runStep({
      kind: 'conv',
      geometry,
      operands: [x, weight, undefined, undefined, slope],
      resultSizes: [3 * resultSize],
      extras: { activation: { kind: 'prelu', alpha: 0, beta: 0 } },
    });
    const expected = naiveConv(geometry, x, weight).map((sum, i) =>
      sum > 0 ? sum : sum * slope[Math.floor(i / 42) % 7],
    );
    // 0 · a negative slope is −0, and toEqual tells it from 0.
    expect(Array.from(y)).toEqual(Array.from(expected));
  });

  it.each(['gemm', 'direct'] as const)('gives an image the same bits alone and in a batch (%s)', (algorithm) => {
    const x = uniform(3 * imageSize, 7);
    const weight = uniform(7 * 45, 8);
    const operands = [weight, undefined, undefined, undefined];
    const extras = { algorithm };
    const [batch] = runStep({
      kind: 'conv',
      geometry,
      operands: [x, ...operands],
      resultSizes: [3 * resultSize],
      extras,
    });
    for (let n = 0; n < 3; n++) {
      const [alone] = runStep({
        kind: 'conv',
        geometry: { ...geometry, batch: 1 },
        operands: [x.slice(n * imageSize, (n + 1) * imageSize), ...operands],
        resultSizes: [resultSize],
        extras,
      });
      expect(alone).toEqual(batch.slice(n * resultSize, (n + 1) * resultSize));
    }
  });

  it.each(['gemm', 'direct'] as const)(
    'multiplies padding as zeros, so that an infinite weight makes NaN there (%s)',
    (algorithm) => {
      const padded = convGeometry({
        inChannels: 1,
        outChannels: 3,
        input: [1, 4, 4],
        kernel: [1, 3, 3],
        pads: [0, 0, 1, 1, 1, 1],
      });
      const weight = new Float32Array(27).fill(1);
      weight[0] = Number.POSITIVE_INFINITY;
      const operands = [new Float32Array(16).fill(1), weight, undefined, undefined, undefined];
      const [y] = runStep({ kind: 'conv', geometry: padded, operands, resultSizes: [48], extras: { algorithm } });
      expect([...y.slice(0, 8)]).toEqual([NaN, NaN, NaN, NaN, NaN, Infinity, Infinity, Infinity]);
      expect([...y.slice(16, 20)]).toEqual([4, 6, 6, 4]);
    },
  );

  it('multiplies by zero weights too, so that NaN and infinities spread', () => {
    const small = convGeometry({ inChannels: 1, outChannels: 4, input: [1, 1, 4], kernel: [1, 1, 2] });
    const x = Float32Array.of(1, Infinity, 2, NaN);
    const operands = [x, new Float32Array(8), undefined, undefined, undefined];
    const [y] = runStep({ kind: 'conv', geometry: small, operands, resultSizes: [12] });
    expect([...y]).toEqual(new Array(12).fill(NaN));
  });

  it('refuses an algorithm that it does not have', () => {
    expect(() => run(CASES['3x3 padded'], 'depthwise')).toThrow(/one input channel a group, but got 4/);
  });
});
