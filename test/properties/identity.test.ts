import { runtime, setThreads } from 'convkit';
import { afterAll, describe, test } from 'vitest';
import { CONV_SAMPLE, convCase, fftShapes, LARGE_CONV_SHAPES, winogradShapes } from '../cases/conv.js';
import { POOL_SHAPES, poolCase } from '../cases/pool.js';
import { channelsLast, withExtra } from '../cases/variants.js';
import { assertBackendTook } from '../support/backend.js';
import { expectIdentical } from '../support/compare.js';
import { assertProperty } from '../support/property.js';
import { type Answer, call, callAsync } from '../support/run.js';
import { elements, materialize, type OperatorCase, type Values } from '../support/specs.js';
import { avgPoolCases, convCases, convTransposeCases, maxPoolCases } from './arbitraries.js';

assertBackendTook();

const threads = runtime().threads;
afterAll(() => setThreads(threads));

const FAMILIES = [
  ['convolution', convCases],
  ['transposed convolution', convTransposeCases],
  ['max pooling', maxPoolCases],
  ['average pooling', avgPoolCases],
] as const;

/** Large enough to be split, of every kind. */
const LARGE: OperatorCase[] = [
  ...LARGE_CONV_SHAPES.map(convCase),
  ...winogradShapes()
    .slice(-6)
    .map((shape) => withExtra(convCase(shape), 'winograd', { algorithm: 'winograd' })),
  ...fftShapes().map((shape) => withExtra(convCase(shape), 'fft', { algorithm: 'fft' })),
  ...CONV_SAMPLE.map((shape) =>
    convCase({ ...shape, x: shape.x.map((n, axis) => (axis === 0 ? 4 : axis > 1 ? n + 14 : n)) }),
  ),
  poolCase('maxPool', { x: [3, 20, 41, 40], kernelSize: 3, options: { stride: 2, padding: 1 } }),
  poolCase('avgPool', { x: [3, 20, 41, 40], kernelSize: 3, options: { stride: 2, padding: 1 } }),
  ...POOL_SHAPES.slice(0, 80)
    .filter((_, i) => i % 20 === 0)
    .map((shape) => poolCase('maxPool', shape)),
];
const named = (cases: readonly OperatorCase[]) => cases.map((one) => [one.name, one] as const);

/** The answers with one thread and with three, synchronous and not. */
async function expectSameAnswers(one: OperatorCase): Promise<void> {
  const args = materialize(one.args);
  setThreads(1);
  const alone = call(one.op, args);
  setThreads(3);
  expectIdentical(call(one.op, args), alone);
  expectIdentical(await callAsync(one.op, args), alone);
}

/** Image `n` of a batch, as a batch of its own. */
function imageOf({ data, shape }: Values, n: number): Values {
  const size = elements(shape.slice(1));
  return { data: data.slice(n * size, (n + 1) * size), shape: [1, ...shape.slice(1)] };
}

function sliceAnswer({ values, indices, shape, tensor }: Answer, n: number): Answer {
  const size = elements(shape.slice(1));
  const cut = { shape: [1, ...shape.slice(1)], values: values.slice(n * size, (n + 1) * size), tensor };
  return indices === undefined ? cut : { ...cut, indices: indices.slice(n * size, (n + 1) * size) };
}

function expectBatchOfImages(one: OperatorCase): void {
  const [x, ...rest] = materialize(one.args);
  const together = call(one.op, [x, ...rest]);
  for (let n = 0; n < (x as Values).shape[0]; n++) {
    expectIdentical(call(one.op, [imageOf(x as Values, n), ...rest]), sliceAnswer(together, n));
  }
}

describe('the same bits with 1 thread and 3, synchronously and asynchronously', () => {
  test.each(named(LARGE))('%s', (_name, one) => expectSameAnswers(one));
  test.each(FAMILIES)('random: %s', async (_name, cases) => {
    await assertProperty(cases, 25, expectSameAnswers);
  });
});

describe('the same bits for an image alone and inside a batch', () => {
  const batches = LARGE.filter(({ args }) => (args[0] as { tensor: number[] }).tensor[0] > 1);
  test.each(named(batches))('%s', (_name, one) => expectBatchOfImages(one));
  const planar = batches.filter(({ op }) => op.endsWith('2d'));
  test.each(named(planar.map(channelsLast)))('%s', (_name, one) => expectBatchOfImages(one));
  test.each(FAMILIES)('random: %s', async (_name, cases) => {
    await assertProperty(cases, 40, expectBatchOfImages);
  });
});
