import { describe, test } from 'vitest';
import { CONV_SHAPES, convCase } from '../cases/conv.js';
import { CONV_TRANSPOSE_SHAPES, convTransposeCase } from '../cases/conv-transpose.js';
import { PLAIN_CASES } from '../cases/plain.js';
import * as pool from '../cases/pool.js';
import { integerValued } from '../cases/variants.js';
import { assertBackendTook } from '../support/backend.js';
import { checkCase } from '../support/run.js';
import type { OperatorCase } from '../support/specs.js';

assertBackendTook();

const conv = CONV_SHAPES.map(convCase);
const transposed = CONV_TRANSPOSE_SHAPES.map(convTransposeCase);
const maxPool = [...pool.POOL_SHAPES, ...pool.MAX_POOL_SHAPES].map((shape) => pool.poolCase('maxPool', shape));
const avgPool = [...pool.POOL_SHAPES, ...pool.AVG_POOL_SHAPES].map((shape) => pool.poolCase('avgPool', shape));

const GROUPS: readonly (readonly [string, readonly OperatorCase[]])[] = [
  ['convolution', conv],
  ['convolution of whole numbers', conv.map(integerValued)],
  ['transposed convolution', transposed],
  ['transposed convolution of whole numbers', transposed.map(integerValued)],
  ['max pooling', maxPool],
  ['average pooling', avgPool],
  ['adaptive pooling', pool.ADAPTIVE_CASES],
  ['global pooling', pool.GLOBAL_CASES],
  ['power-average pooling', pool.LP_POOL_CASES],
  ['plain operators', PLAIN_CASES],
  ['linear of whole numbers', PLAIN_CASES.filter(({ op }) => op === 'linear').map(integerValued)],
];

describe.each(GROUPS)('%s as defined', (_group, cases) => {
  test.each(cases.map((one) => [one.name, one] as const))('%s', (_name, one) => {
    checkCase(one);
  });
});
