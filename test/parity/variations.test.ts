import { Tensor, UnsupportedError } from 'convkit';
import { describe, expect, test } from 'vitest';
import {
  CONV_SAMPLE,
  CONV_SHAPES,
  type ConvShape,
  convCase,
  fftShapes,
  LARGE_CONV_SHAPES,
  winogradShapes,
} from '../cases/conv.js';
import { CONV_TRANSPOSE_SHAPES, convTransposeCase } from '../cases/conv-transpose.js';
import { activationName, activations, PLAIN_CASES } from '../cases/plain.js';
import * as pool from '../cases/pool.js';
import { channelsLast, unbatched, withExtra } from '../cases/variants.js';
import { assertBackendTook } from '../support/backend.js';
import { expectIdentical } from '../support/compare.js';
import { reference } from '../support/reference/index.js';
import { call, callAsync, checkCase, withOptions } from '../support/run.js';
import { materialize, type OperatorCase, tensor, type Values } from '../support/specs.js';

assertBackendTook();

const named = (cases: readonly OperatorCase[]) => cases.map((one) => [one.name, one] as const);
const every = <T>(list: readonly T[], step: number) => list.filter((_, i) => i % step === 0);

/** The output's shape, from the definition. */
function residualFor(one: OperatorCase): unknown {
  return tensor(reference(one.op, materialize(one.args)).shape, 4);
}

const sample = CONV_SAMPLE.map(convCase);
const transposed = every(CONV_TRANSPOSE_SHAPES, 6).map(convTransposeCase);
const pools = [
  ...every(pool.POOL_SHAPES, 11).map((shape) => pool.poolCase('maxPool', shape)),
  ...every(pool.POOL_SHAPES, 11).map((shape) => pool.poolCase('avgPool', shape)),
  ...every(pool.ADAPTIVE_CASES, 3),
  ...pool.GLOBAL_CASES,
  ...every(pool.LP_POOL_CASES, 5),
];
const everything = [...sample, ...transposed, ...pools, ...every(PLAIN_CASES, 4)];
const planar = [...sample, ...transposed, ...pools].filter(({ op, args }) => {
  return op.endsWith('2d') && (args[0] as { tensor: number[] }).tensor.length === 4;
});

describe('fused epilogues', () => {
  const cases = CONV_SAMPLE.flatMap((shape: ConvShape, i) => {
    const base = convCase(shape);
    const residual = residualFor(base);
    const all = activations(shape.weight[0]);
    const some = i === 2 || i === 6 ? all : [all[i % all.length], all[(i + 5) % all.length], all[12]];
    return [
      withExtra(base, 'residual', { residual }),
      withExtra(base, 'no bias', { bias: null }),
      ...some.map((activation) => withExtra(base, activationName(activation), { activation })),
      ...some.map((activation) => withExtra(base, `residual, ${activationName(activation)}`, { activation, residual })),
    ];
  });
  test.each(named(cases))('%s', (_name, one) => {
    checkCase(one);
  });

  const linears = activations(19).map((activation): OperatorCase => {
    const operands = [tensor([5, 33], 1), tensor([19, 33], 2), tensor([19], 3)];
    const options = { activation, residual: tensor([5, 19], 4) };
    return { name: `linear, residual, ${activationName(activation)}`, op: 'linear', args: [...operands, options] };
  });
  const last = transposed.map((one) =>
    withExtra(one, 'residual, silu', { residual: residualFor(one), activation: 'silu' }),
  );
  test.each(named([...linears, ...last]))('%s', (_name, one) => {
    checkCase(one);
  });
});

describe('other layouts', () => {
  const batchNorms = PLAIN_CASES.filter(({ op }) => op === 'batchNorm2d');
  test.each(named([...planar, ...batchNorms].map(channelsLast)))('%s', (_name, one) => {
    checkCase(one);
  });
  const residuals = sample.map((one) =>
    withExtra(one, 'residual, gelu', { residual: residualFor(one), activation: 'gelu' }),
  );
  test.each(named(residuals.map(channelsLast)))('%s', (_name, one) => {
    checkCase(one);
  });
  const images = [...sample, ...transposed, ...pools, ...batchNorms].filter(({ args }) => {
    const [batch] = (args[0] as { tensor: number[] }).tensor;
    return batch === 1;
  });
  test.each(named(images.map(unbatched)))('%s', (_name, one) => {
    checkCase(one);
  });
  test.each(
    named(
      images
        .filter(({ op }) => op.endsWith('2d'))
        .map(channelsLast)
        .map(unbatched),
    ),
  )('%s', (_name, one) => {
    checkCase(one);
  });
});

describe('out and asynchronous twins', () => {
  test.each(named(everything))('%s', async (_name, one) => {
    const args = materialize(one.args);
    const answer = checkCase(one);
    const place = () => new Tensor(new Float32Array(answer.values.length).fill(Number.NaN), answer.shape);
    const [out, later] = [place(), place()];
    const written = call(one.op, withOptions(one.op, args, { out }));
    expect(written.tensor).toBe(out);
    expectIdentical(written, answer);
    const resolved = await callAsync(one.op, withOptions(one.op, args, { out: later }));
    expect(resolved.tensor).toBe(later);
    expectIdentical(resolved, answer);
    expectIdentical(await callAsync(one.op, args), answer);
  });
});

describe('a run leaves nothing behind for the next one of its shape', () => {
  test.each(named(everything))('%s', (_name, one) => {
    const [x, ...rest] = materialize(one.args);
    const { data, shape } = x as Values;
    call(one.op, [{ data: new Float32Array(data.length).fill(Number.NaN), shape }, ...rest]);
    checkCase(one);
  });
});

describe('forced algorithms', () => {
  const isDepthwise = ({ x, options }: ConvShape) => x[1] > 1 && options?.groups === x[1];
  const forced = (shapes: readonly ConvShape[], algorithm: string) =>
    shapes.map((shape) => withExtra(convCase(shape), algorithm, { algorithm, activation: 'relu' }));
  const other = CONV_SHAPES.filter((_, i) => i % 2 === 1);
  const isDense = (steps: unknown) => [steps ?? 1].flat().every((step) => step === 1);
  const fitsWinograd = ({ x, weight, options }: ConvShape) =>
    x.length === 4 &&
    x[1] > 0 &&
    weight.slice(2).join() === '3,3' &&
    isDense(options?.stride) &&
    (options?.groups ?? 1) === 1;
  const fitsFft = ({ x, options }: ConvShape) =>
    x.length <= 4 && x[1] > 0 && isDense(options?.stride) && isDense(options?.dilation);
  const allowed = [
    ...forced([...CONV_SAMPLE, ...other], 'direct'),
    ...forced([...CONV_SAMPLE, ...every(CONV_SHAPES, 2), ...LARGE_CONV_SHAPES], 'gemm'),
    ...forced([...CONV_SAMPLE, ...CONV_SHAPES].filter(isDepthwise), 'depthwise'),
    ...forced([...CONV_SAMPLE, ...CONV_SHAPES, ...LARGE_CONV_SHAPES].filter(fitsWinograd), 'winograd'),
    ...forced(winogradShapes(), 'winograd'),
    ...forced(winogradShapes(), 'winograd').map((one) => withExtra(one, 'residual', { residual: residualFor(one) })),
    ...forced([...CONV_SAMPLE, ...every(CONV_SHAPES, 3)].filter(fitsFft), 'fft'),
    ...forced(fftShapes(), 'fft'),
    ...forced(fftShapes(), 'fft').map((one) => withExtra(one, 'residual', { residual: residualFor(one) })),
  ];
  test.each(named(allowed))('%s', (_name, one) => {
    checkCase(one);
  });

  const dense = CONV_SAMPLE.filter((shape) => !isDepthwise(shape));
  const refused = [
    ...forced(dense, 'depthwise'),
    ...forced(
      CONV_SAMPLE.filter((shape) => !fitsFft(shape)),
      'fft',
    ),
  ];
  test.each(named(refused))('refused: %s', (_name, one) => {
    expect(() => call(one.op, materialize(one.args))).toThrow(UnsupportedError);
  });
});
