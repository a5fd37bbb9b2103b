import type { Arbitrary } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/backend/backend.js';
import { loadNativeBackend } from '../../src/backend/native.js';
import { createTypeScriptBackend } from '../../src/backend/typescript/backend.js';
import { ArgumentError } from '../../src/errors.js';
import { BINARY_OPERATIONS, REDUCE_OPERATIONS, UNARY_OPERATIONS } from '../../src/geometry/records.js';
import * as general from '../cases/general-steps.js';
import * as sampling from '../cases/sampling-steps.js';
import { WANTED } from '../support/backend.js';
import { expectAnswer } from '../support/compare.js';
import { assertProperty } from '../support/property.js';
import { stepReference } from '../support/reference/steps.js';
import { runStepOn, type StepCase } from '../support/steps.js';

/** Random programs for each kind or operation. */
const RUNS = 60;

const typescript = createTypeScriptBackend();

/** The backend that this project is to test. Where it cannot be loaded, the suite fails. */
const tested: Backend = WANTED.backend === 'native' ? loadNativeBackend() : typescript;

function largest(step: StepCase, expected: readonly number[][]): number {
  const magnitudes = [...step.operands, ...expected].flatMap((values) => Array.from(values ?? [], Math.abs));
  return magnitudes.filter(Number.isFinite).reduce((most, value) => Math.max(most, value), 0);
}

function compare(actual: ArrayLike<number>, expected: ArrayLike<number>, scale: number): void {
  const shape = [actual.length];
  expectAnswer({ shape, values: actual }, { shape, values: expected }, scale);
}

/** The tested backend gives what the definition gives, and what the TypeScript backend gives. */
function checkStep(step: StepCase): void {
  const expected = stepReference(step);
  const scale = step.exact ? 0 : largest(step, expected);
  const results = runStepOn(tested, step);
  expect(results.length).toBe(expected.length);
  results.forEach((result, i) => {
    compare(result, expected[i], scale);
  });
  if (tested === typescript) return;
  runStepOn(typescript, step).forEach((result, i) => {
    compare(results[i], result, scale);
  });
}

async function checkAll(cases: Arbitrary<StepCase>): Promise<void> {
  await assertProperty(cases, RUNS, checkStep);
}

test(`runs on ${WANTED.backend ?? 'the TypeScript backend'} ${WANTED.isa ?? ''}`, () => {
  expect(tested.name).toBe(WANTED.backend ?? 'typescript');
  if (tested.name === 'native' && WANTED.isa) expect(tested.isa).toBe(WANTED.isa);
});

describe("an index that is out of range is the argument's fault", () => {
  const x = Float32Array.of(1, 2, 3, 4, 5);
  const line = { outer: 1, length: 5, inner: 1 };
  test.each([5, -6, 1.5, Number.NaN, Number.POSITIVE_INFINITY, -(2 ** 40)])('gather: %d', (index) => {
    const operands = [x, Float32Array.of(0, index)];
    const geometry = { ...line, count: 2 };
    const run = () => runStepOn(tested, { kind: 'gather', geometry, operands, resultSizes: [2], exact: true });
    expect(run).toThrow(ArgumentError);
    expect(run).toThrow(/^gather: index /);
  });
  test.each([5, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, -(2 ** 40)])('resample: %d', (index) => {
    const operands = [x, Float32Array.of(0, index), Float32Array.of(1, 0), undefined];
    const geometry = { ...line, outputLength: 1, taps: 2 };
    const run = () => runStepOn(tested, { kind: 'resample', geometry, operands, resultSizes: [1], exact: true });
    expect(run).toThrow(ArgumentError);
    expect(run).toThrow(/^resample: index /);
  });
});

describe('a random step gives what its definition gives', () => {
  test.each(UNARY_OPERATIONS)('unary: %s', async (operation) => checkAll(general.unaryCases(operation)));
  test.each(BINARY_OPERATIONS)('binary: %s', async (operation) => checkAll(general.binaryCases(operation)));
  test.each(REDUCE_OPERATIONS)('reduce: %s', async (operation) => checkAll(general.reduceCases(operation)));
  test.each([
    ['where', general.whereCases],
    ['strided', general.stridedCases],
    ['concat', general.concatCases],
    ['convert', general.convertCases],
    ['gather', sampling.gatherCases],
    ['topK', sampling.topKCases],
    ['nonMaxSuppression', sampling.nonMaxSuppressionCases],
    ['resample', sampling.resampleCases],
    ['normalize', sampling.normalizeCases],
    ['lrn', sampling.lrnCases],
    ['gridSample', sampling.gridSampleCases],
    ['logSoftmax', sampling.logSoftmaxCases],
  ] as const)('%s', async (_kind, cases) => checkAll(cases));
});
