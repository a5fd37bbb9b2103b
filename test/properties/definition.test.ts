import { describe, test } from 'vitest';
import { assertBackendTook } from '../support/backend.js';
import { assertProperty } from '../support/property.js';
import { checkCase } from '../support/run.js';
import { avgPoolCases, convCases, convTransposeCases, fftCases, maxPoolCases } from './arbitraries.js';

assertBackendTook();

const RUNS = 200;

describe('random shapes give what the definition gives', () => {
  test.each([
    ['convolution', convCases],
    ['convolution by FFT', fftCases],
    ['transposed convolution', convTransposeCases],
    ['max pooling', maxPoolCases],
    ['average pooling', avgPoolCases],
  ] as const)('%s', async (_name, cases) => {
    await assertProperty(cases, RUNS, (one) => {
      checkCase(one);
    });
  });
});
