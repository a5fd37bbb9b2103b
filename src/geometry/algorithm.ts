import { UnsupportedError } from '../errors.js';
import { ALGORITHMS, type Algorithm } from '../program/step.js';
import { readWord } from './options.js';

/** The part of a convolution's shape that an algorithm may depend on. */
export interface ConvChannels {
  readonly inChannels: number;
  readonly groups: number;
}

/**
 * The algorithm that a caller asked for, if it can do the shape.
 *
 * @throws UnsupportedError that says why it cannot; ArgumentError for a name that is no algorithm.
 */
export function readAlgorithm(operator: string, value: unknown, channels: ConvChannels): Algorithm {
  const algorithm = readWord(`${operator}: algorithm`, value, ALGORITHMS, 'auto');
  const obstacle = OBSTACLES[algorithm]?.(channels);
  if (obstacle !== undefined) refuse(operator, algorithm, obstacle);
  return algorithm;
}

/** Transposed convolution has one algorithm. */
export function readTransposeAlgorithm(operator: string, value: unknown): Algorithm {
  const algorithm = readWord(`${operator}: algorithm`, value, ALGORITHMS, 'auto');
  if (algorithm !== 'auto' && algorithm !== 'direct') {
    refuse(operator, algorithm, "transposed convolution has 'direct' only");
  }
  return algorithm;
}

/** Why an algorithm cannot do a convolution, or undefined where it can. Absent: it does them all. */
const OBSTACLES: Partial<Record<Algorithm, (channels: ConvChannels) => string | undefined>> = {
  depthwise: ({ inChannels, groups }) =>
    groups > 1 && groups === inChannels
      ? undefined
      : `it needs one group for each of several input channels, but got ${inChannels} channels in ${groups} groups`,
  winograd: () => 'this version of convkit has no such kernel yet',
  fft: () => 'this version of convkit has no such kernel yet',
};

function refuse(operator: string, algorithm: Algorithm, reason: string): never {
  throw new UnsupportedError(
    `${operator}: algorithm '${algorithm}' cannot do this convolution: ${reason}; use 'auto' to let convkit choose`,
  );
}
