import fc from 'fast-check';
import { type ConvShape, convCase } from '../cases/conv.js';
import { convTransposeCase } from '../cases/conv-transpose.js';
import { activations } from '../cases/plain.js';
import { type PoolShape, poolCase } from '../cases/pool.js';
import { integerValued, withExtra } from '../cases/variants.js';
import type { OperatorCase } from '../support/specs.js';

/** One axis of a convolution that has at least one output. */
interface Axis {
  readonly input: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
}

const upTo = (max: number, min = 1) => fc.integer({ min, max });

/** Mostly what networks have, sometimes anything up to `max`. */
const size = (usual: readonly number[], max: number) =>
  fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...usual) }, { weight: 1, arbitrary: upTo(max) });

const axis: fc.Arbitrary<Axis> = fc
  .record({
    extra: upTo(16, 0),
    kernel: size([1, 2, 3, 3, 5], 7),
    stride: size([1, 1, 2], 4),
    dilation: size([1, 1, 2], 3),
    before: upTo(3, 0),
    after: upTo(3, 0),
  })
  .map(({ extra, ...rest }) => {
    const least = rest.dilation * (rest.kernel - 1) + 1 - rest.before - rest.after;
    return { ...rest, input: Math.max(1, least) + extra };
  });

const channels = fc.record({
  groups: size([1, 1, 1, 2], 4),
  own: size([1, 3, 4, 7, 8, 9, 16, 17], 33),
  outputs: size([1, 3, 4, 7, 8, 9, 16, 17], 50),
});

const depthwise = fc.record({
  groups: size([2, 4, 8, 16, 17, 31], 40),
  own: fc.constant(1),
  outputs: size([1, 1, 2], 3),
});

const axes = fc.array(axis, { minLength: 1, maxLength: 3 });

/** 2-D mostly. */
const geometry = fc.oneof({ weight: 3, arbitrary: fc.tuple(axis, axis) }, { weight: 1, arbitrary: axes });

/** Products that a case may take, so that a hundred of them take the naive reference about a second. */
const BUDGET = 1_000_000;

/** The largest channel count on both sides that keeps `list` within the budget. */
function mostChannels(list: readonly Axis[], slices: number): number {
  const each = list.reduce((product, { input, kernel, stride, dilation, before, after }) => {
    return product * kernel * (Math.floor((input + before + after - dilation * (kernel - 1) - 1) / stride) + 1);
  }, slices);
  return Math.max(1, Math.floor(Math.sqrt(BUDGET / each)));
}

function windowOptions(list: readonly Axis[]): Record<string, unknown> {
  return {
    stride: list.map(({ stride }) => stride),
    dilation: list.map(({ dilation }) => dilation),
    padding: list.map(({ before, after }) => [before, after]),
  };
}

/** A random convolution of any rank, dense, grouped or depthwise. */
export const convShape: fc.Arbitrary<ConvShape> = fc
  .tuple(upTo(3), fc.oneof({ weight: 3, arbitrary: channels }, { weight: 1, arbitrary: depthwise }), geometry)
  .map(([batch, { groups, own, outputs }, list]) => {
    const most = mostChannels(list, batch * groups);
    const inputs = Math.min(own, most);
    return {
      x: [batch, groups * inputs, ...list.map(({ input }) => input)],
      weight: [groups * Math.min(outputs, most), inputs, ...list.map(({ kernel }) => kernel)],
      options: { groups, ...windowOptions(list) },
    };
  });

/** A random convolution with its data: real or whole numbers, any activation, any algorithm that can do it. */
export const convCases: fc.Arbitrary<OperatorCase> = fc
  .tuple(
    convShape,
    fc.nat(12),
    fc.constantFrom('real', 'activation', 'integers'),
    fc.constantFrom('auto', 'direct', 'gemm'),
  )
  .map(([shape, which, kind, algorithm]) => {
    const base = withExtra(convCase(shape), algorithm, { algorithm });
    if (kind === 'integers') return integerValued(base);
    const activation = activations(shape.weight[0])[which];
    return kind === 'real' ? base : withExtra(base, JSON.stringify(activation), { activation });
  });

/** One axis with stride and dilation 1, on both sides of the tiles' and the pieces' edges. */
const fftAxis: fc.Arbitrary<Axis> = fc
  .record({
    extra: size([0, 5, 21, 22, 30, 53, 54], 70),
    kernel: size([1, 3, 8, 9, 11, 16, 17, 32, 33], 70),
    before: upTo(6, 0),
    after: upTo(6, 0),
  })
  .map(({ extra, kernel, before, after }) => {
    const input = Math.max(1, kernel - before - after) + extra;
    return { input, kernel, stride: 1, dilation: 1, before, after };
  });

/** A random convolution of 1 or 2 axes by FFT. */
export const fftCases: fc.Arbitrary<OperatorCase> = fc
  .tuple(upTo(2), channels, fc.array(fftAxis, { minLength: 1, maxLength: 2 }), fc.nat(12))
  .map(([batch, { groups, own, outputs }, list, which]) => {
    const most = mostChannels(list, batch * groups);
    const inputs = Math.min(own, most);
    const base = convCase({
      x: [batch, groups * inputs, ...list.map(({ input }) => input)],
      weight: [groups * Math.min(outputs, most), inputs, ...list.map(({ kernel }) => kernel)],
      options: { groups, padding: list.map(({ before, after }) => [before, after]), algorithm: 'fft' },
    });
    const activation = activations(groups * Math.min(outputs, most))[which];
    return which % 2 === 0 ? base : withExtra(base, JSON.stringify(activation), { activation });
  });

/** A random transposed convolution of 1 or 2 axes. */
export const convTransposeCases: fc.Arbitrary<OperatorCase> = fc
  .tuple(upTo(2), channels, fc.array(axis, { minLength: 1, maxLength: 2 }), fc.nat(3))
  .map(([batch, { groups, own, outputs }, list, extra]) => {
    const padding = list.map(({ kernel, dilation, before }) =>
      Math.min(before, Math.floor((dilation * (kernel - 1)) / 2)),
    );
    const { stride, dilation } = windowOptions(list);
    const small = list.map((own) => ({ ...own, input: Math.min(own.input, 9) }));
    const most = mostChannels(
      small.map((own) => ({ ...own, stride: 1, dilation: 0 })),
      batch * groups,
    );
    const inputs = Math.min(own, most);
    return convTransposeCase({
      x: [batch, groups * inputs, ...small.map(({ input }) => input)],
      weight: [groups * inputs, Math.min(outputs, most), ...list.map(({ kernel }) => kernel)],
      options: {
        groups,
        stride,
        dilation,
        padding,
        outputPadding: list.map((own) => Math.min(extra, Math.max(own.stride, own.dilation) - 1)),
      },
    });
  });

/** A random pooling window; padding stays within half of the kernel. */
const poolShape: fc.Arbitrary<PoolShape> = fc
  .tuple(upTo(2), size([1, 3, 8, 15, 16, 17], 35), geometry, fc.boolean())
  .map(([batch, planes, list, ceilMode]) => ({
    x: [
      batch,
      Math.min(planes, mostChannels(list, batch) ** 2),
      ...list.map(({ input, kernel, dilation }) => Math.max(input, dilation * (kernel - 1) + 1)),
    ],
    kernelSize: list.map(({ kernel }) => kernel),
    options: {
      stride: list.map(({ stride }) => stride),
      padding: list.map(({ kernel, before }) => Math.min(before, Math.floor(kernel / 2))),
      ceilMode,
    },
  }));

/** A random max pooling, dilated or not. */
export const maxPoolCases: fc.Arbitrary<OperatorCase> = fc
  .tuple(poolShape, fc.constantFrom(1, 1, 2))
  .map(([{ x, kernelSize, options }, dilation]) => {
    const wide = x.map((extent, i) =>
      i < 2 ? extent : extent + (dilation - 1) * ((kernelSize as number[])[i - 2] - 1),
    );
    return poolCase('maxPool', { x: wide, kernelSize, options: { ...options, dilation } });
  });

/** A random average pooling with each way of counting. */
export const avgPoolCases: fc.Arbitrary<OperatorCase> = fc
  .tuple(poolShape, fc.boolean(), fc.option(upTo(9), { nil: undefined }))
  .map(([{ x, kernelSize, options }, countIncludePad, divisorOverride]) => {
    const divisor = divisorOverride === undefined || x.length === 3 ? {} : { divisorOverride };
    return poolCase('avgPool', { x, kernelSize, options: { ...options, countIncludePad, ...divisor } });
  });
