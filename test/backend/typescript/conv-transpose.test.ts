import { describe, expect, it } from 'vitest';
import { type ConvOptions, convGeometry, inputSize, integers, kernelSize, outputSize, runStep } from './support.js';

type TransposeOptions = ConvOptions & { readonly output: readonly [number, number, number] };

const CASES: Record<string, TransposeOptions> = {
  plain: { batch: 2, inChannels: 3, outChannels: 4, input: [1, 3, 4], kernel: [1, 3, 3], output: [1, 5, 6] },
  strided: {
    inChannels: 4,
    outChannels: 5,
    input: [1, 4, 3],
    kernel: [1, 3, 4],
    stride: [1, 2, 3],
    pads: [0, 0, 1, 1, 1, 2],
    output: [1, 8, 8],
  },
  dilated: {
    inChannels: 2,
    outChannels: 2,
    input: [1, 4, 4],
    kernel: [1, 2, 3],
    dilation: [1, 3, 2],
    output: [1, 7, 8],
  },
  groups: {
    batch: 2,
    inChannels: 6,
    outChannels: 4,
    groups: 2,
    input: [1, 3, 3],
    kernel: [1, 2, 2],
    output: [1, 4, 4],
  },
  depthwise: {
    inChannels: 5,
    outChannels: 5,
    groups: 5,
    input: [1, 5, 5],
    kernel: [1, 4, 4],
    stride: [1, 2, 2],
    pads: [0, 0, 1, 1, 1, 1],
    output: [1, 10, 10],
  },
  '1-D': {
    batch: 2,
    inChannels: 3,
    outChannels: 2,
    input: [1, 1, 7],
    kernel: [1, 1, 5],
    stride: [1, 1, 2],
    output: [1, 1, 17],
  },
  '3-D': { inChannels: 2, outChannels: 3, input: [2, 3, 2], kernel: [2, 2, 2], stride: [2, 2, 2], output: [4, 6, 4] },
  'no channels': { inChannels: 0, outChannels: 2, input: [1, 2, 2], kernel: [1, 2, 2], output: [1, 3, 3] },
};

describe.each(Object.entries(CASES))('convTranspose: %s', (_, options) => {
  const g = convGeometry(options);
  const [inputs, outputs] = [g.inChannels / g.groups, g.outChannels / g.groups];
  const x = integers(g.batch * g.inChannels * inputSize(g), 1);
  const weight = integers(g.inChannels * outputs * kernelSize(g), 2);
  const bias = integers(g.outChannels, 3);

  /** Scatters every product, as the definition of the adjoint says. */
  function naive(): Float32Array {
    const y = new Float32Array(g.batch * g.outChannels * outputSize(g));
    y.forEach((__, i) => {
      y[i] = bias[Math.floor(i / outputSize(g)) % g.outChannels];
    });
    for (let n = 0; n < g.batch; n++)
      for (let ic = 0; ic < g.inChannels; ic++)
        for (let oc = 0; oc < outputs; oc++)
          for (let i = 0; i < inputSize(g); i++)
            for (let k = 0; k < kernelSize(g); k++) {
              const [iw, ih, id] = unravel(i, g.inputWidth, g.inputHeight);
              const [kw, kh, kd] = unravel(k, g.kernelWidth, g.kernelHeight);
              const d = id * g.strideDepth + kd * g.dilationDepth - g.padFront;
              const h = ih * g.strideHeight + kh * g.dilationHeight - g.padTop;
              const w = iw * g.strideWidth + kw * g.dilationWidth - g.padLeft;
              if (d < 0 || d >= g.outputDepth || h < 0 || h >= g.outputHeight || w < 0 || w >= g.outputWidth) continue;
              const channel = Math.floor(ic / inputs) * outputs + oc;
              const at = (n * g.outChannels + channel) * outputSize(g) + (d * g.outputHeight + h) * g.outputWidth + w;
              y[at] += x[(n * g.inChannels + ic) * inputSize(g) + i] * weight[(ic * outputs + oc) * kernelSize(g) + k];
            }
    return y;
  }

  it.each([[], [1]])('equals the plain scatter, constant weights: %s', (...constants) => {
    const operands = [x, weight, bias, undefined, undefined];
    const resultSizes = [g.batch * g.outChannels * outputSize(g)];
    const [y] = runStep({
      kind: 'convTranspose',
      geometry: g,
      operands,
      resultSizes,
      constants: constants as number[],
    });
    expect(y).toEqual(naive());
  });
});

function unravel(index: number, width: number, height: number): [w: number, h: number, d: number] {
  return [index % width, Math.floor(index / width) % height, Math.floor(index / (width * height))];
}
