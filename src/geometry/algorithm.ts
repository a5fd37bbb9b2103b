import { UnsupportedError } from '../errors.js';
import { ALGORITHMS, type Algorithm } from '../program/step.js';
import { readWord } from './options.js';
import type { ConvGeometry } from './records.js';

/**
 * The algorithm that a caller asked for, if it can do the shape.
 *
 * @throws UnsupportedError that says why it cannot; ArgumentError for a name that is no algorithm.
 */
export function readAlgorithm(operator: string, value: unknown, geometry: ConvGeometry): Algorithm {
  const algorithm = checkAlgorithm(operator, value);
  const obstacle = OBSTACLES[algorithm]?.(geometry);
  if (obstacle !== undefined) refuse(operator, algorithm, obstacle);
  return algorithm;
}

/** @throws ArgumentError for a name that is no algorithm. */
export function checkAlgorithm(operator: string, value: unknown): Algorithm {
  return readWord(`${operator}: algorithm`, value, ALGORITHMS, 'auto');
}

/** Transposed convolution has one algorithm. */
export function readTransposeAlgorithm(operator: string, value: unknown): Algorithm {
  const algorithm = checkAlgorithm(operator, value);
  if (algorithm !== 'auto' && algorithm !== 'direct') {
    refuse(operator, algorithm, "transposed convolution has 'direct' only");
  }
  return algorithm;
}

/** Why an algorithm cannot do a convolution, or undefined where it can. Absent: it does them all. */
const OBSTACLES: Partial<Record<Algorithm, (geometry: ConvGeometry) => string | undefined>> = {
  depthwise: ({ inChannels, groups }) =>
    groups > 1 && groups === inChannels
      ? undefined
      : `it needs one group for each of several input channels, but got ${inChannels} channels in ${groups} groups`,
  winograd: winogradObstacle,
  fft: fftObstacle,
};

function winogradObstacle(g: ConvGeometry): string | undefined {
  const kernel = [g.kernelDepth, g.kernelHeight, g.kernelWidth];
  if (kernel.join() !== '1,3,3' || g.inputDepth !== 1 || g.padFront + g.padBack !== 0) {
    return `it needs a kernel of 3 × 3, but got ${kernel.slice(g.kernelDepth === 1 ? 1 : 0).join(' × ')}`;
  }
  if (g.strideHeight !== 1 || g.strideWidth !== 1) {
    return `it needs stride 1, but got ${g.strideHeight} × ${g.strideWidth}`;
  }
  if (g.groups !== 1) return `it needs one group, but got ${g.groups}`;
  return g.inChannels === 0 ? 'it needs input channels, but got none' : undefined;
}

function fftObstacle(g: ConvGeometry): string | undefined {
  if (g.kernelDepth !== 1 || g.inputDepth !== 1 || g.padFront + g.padBack !== 0) {
    return `it needs planes or rows, but got depth: a kernel of ${g.kernelDepth}, an input of ${g.inputDepth}`;
  }
  if (g.strideHeight !== 1 || g.strideWidth !== 1) {
    return `it needs stride 1, but got ${g.strideHeight} × ${g.strideWidth}`;
  }
  if (g.dilationHeight !== 1 || g.dilationWidth !== 1) {
    return `it needs dilation 1, but got ${g.dilationHeight} × ${g.dilationWidth}`;
  }
  return g.inChannels === 0 ? 'it needs input channels, but got none' : undefined;
}

function refuse(operator: string, algorithm: Algorithm, reason: string): never {
  throw new UnsupportedError(
    `${operator}: algorithm '${algorithm}' cannot do this convolution: ${reason}; use 'auto' to let convkit choose`,
  );
}
