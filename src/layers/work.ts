import type { Step } from '../program/step.js';

/** Multiplications by a weight, each with its addition, that a step's definition asks for. Padding counts. */
export function multiplyAccumulates(step: Step): number {
  switch (step.kind) {
    case 'conv': {
      const { batch, inChannels, outChannels, groups, outputDepth, outputHeight, outputWidth } = step.geometry;
      const outputs = batch * outChannels * outputDepth * outputHeight * outputWidth;
      return outputs * (inChannels / groups) * taps(step.geometry);
    }
    case 'convTranspose': {
      const { batch, inChannels, outChannels, groups, inputDepth, inputHeight, inputWidth } = step.geometry;
      const inputs = batch * inChannels * inputDepth * inputHeight * inputWidth;
      return inputs * (outChannels / groups) * taps(step.geometry);
    }
    case 'linear':
      return step.geometry.rows * step.geometry.inFeatures * step.geometry.outFeatures;
    default:
      return 0;
  }
}

function taps(kernel: { kernelDepth: number; kernelHeight: number; kernelWidth: number }): number {
  return kernel.kernelDepth * kernel.kernelHeight * kernel.kernelWidth;
}
