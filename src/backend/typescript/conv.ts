import { UnsupportedError } from '../../errors.js';
import type { ConvGeometry } from '../../geometry/records.js';
import type { Algorithm, ConvStep } from '../../program/step.js';
import type { CompileContext, CompiledStep } from './compiled-step.js';
import { compileConvDirect } from './conv-direct.js';
import { compileConvGemm } from './conv-gemm.js';
import { TILE } from './product.js';
import { groupChannels } from './volume.js';

type ConvAlgorithm = Extract<Algorithm, 'direct' | 'depthwise' | 'gemm'>;

/** Chooses how to run a convolution. Every way takes the terms of a sum in the same order, so results agree to the bit. */
export function compileConv(step: ConvStep, context: CompileContext): CompiledStep {
  const { algorithm, reason } = choose(step);
  if (algorithm === 'gemm') return compileConvGemm(step, context, reason);
  return compileConvDirect(step, context, algorithm, reason);
}

function choose(step: ConvStep): { algorithm: ConvAlgorithm; reason: string } {
  const { geometry, algorithm } = step;
  switch (algorithm) {
    case 'auto':
    // Winograd and FFT are ways to be faster with SIMD; in float64 on scalars gathered windows are faster, or at
    // least simpler.
    case 'winograd':
    case 'fft':
      return chooseForShape(geometry);
    case 'depthwise':
      if (groupChannels(geometry).inputs !== 1) {
        throw new UnsupportedError(
          `algorithm: 'depthwise' needs one input channel a group, but got ${groupChannels(geometry).inputs}; use 'auto'`,
        );
      }
      return { algorithm, reason: 'asked for' };
    default:
      return { algorithm, reason: 'asked for' };
  }
}

function chooseForShape(geometry: ConvGeometry): { algorithm: ConvAlgorithm; reason: string } {
  const { inputs, outputs } = groupChannels(geometry);
  if (inputs === 1 && geometry.groups > 1 && outputs < TILE) {
    return { algorithm: 'depthwise', reason: 'one input channel a group: rows are summed where they lie' };
  }
  if (outputs < TILE) {
    return { algorithm: 'direct', reason: `${outputs} output channels a group are too few to gather windows for` };
  }
  return { algorithm: 'gemm', reason: `${outputs} output channels a group share each gathered window` };
}
