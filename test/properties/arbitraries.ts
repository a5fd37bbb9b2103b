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

const small = (max: number, min = 1) => fc.integer({ min, max });

/** Mostly what networks have, sometimes anything up to `max`. */
const size = (usual: readonly number[], max: number) =>
  fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...usual) }, { weight: 1, arbitrary: small(max) });

const axis: fc.Arbitrary<Axis> = fc
  .record({
    extra: small(16, 0),
    kernel: size([1, 2, 3, 3, 5], 7),
    stride: size([1, 1, 2], 4),
    dilation: size([1, 1, 2], 3),
    before: small(3, 0),
    after: small(3, 0),
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

/** 2-D mostly; 3-D planes are kept small by the axes themselves. */
const geometry = fc.oneof({ weight: 3, arbitrary: fc.tuple(axis, axis) }, { weight: 1, arbitrary: axes });

function windowOptions(list: readonly Axis[]): Record<string, unknown> {
  return {
    stride: list.map(({ stride }) => stride),
    dilation: list.map(({ dilation }) => dilation),
    padding: list.map(({ before, after }) => [before, after]),
  };
}

/** A random convolution of any rank, dense, grouped or depthwise. */
export const convShape: fc.Arbitrary<ConvShape> = fc
  .tuple(small(3), fc.oneof({ weight: 3, arbitrary: channels }, { weight: 1, arbitrary: depthwise }), geometry)
  .map(([batch, { groups, own, outputs }, list]) => ({
    x: [batch, groups * own, ...list.map(({ input }) => input)],
    weight: [groups * outputs, own, ...list.map(({ kernel }) => kernel)],
    options: { groups, ...windowOptions(list) },
  }));

/** A random convolution with its data: real or whole numbers, with or without an activation. */
export const convCases: fc.Arbitrary<OperatorCase> = fc
  .tuple(convShape, fc.nat(12), fc.constantFrom('real', 'activation', 'integers'))
  .map(([shape, which, kind]) => {
    const base = convCase(shape);
    if (kind === 'integers') return integerValued(base);
    const activation = activations(shape.weight[0])[which];
    return kind === 'real' ? base : withExtra(base, JSON.stringify(activation), { activation });
  });

/** A random transposed convolution of 1 or 2 axes. */
export const convTransposeCases: fc.Arbitrary<OperatorCase> = fc
  .tuple(small(2), channels, fc.array(axis, { minLength: 1, maxLength: 2 }), fc.nat(3))
  .map(([batch, { groups, own, outputs }, list, extra]) => {
    const padding = list.map(({ kernel, dilation, before }) =>
      Math.min(before, Math.floor((dilation * (kernel - 1)) / 2)),
    );
    const { stride, dilation } = windowOptions(list);
    return convTransposeCase({
      x: [batch, groups * own, ...list.map(({ input }) => Math.min(input, 9))],
      weight: [groups * own, outputs, ...list.map(({ kernel }) => kernel)],
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
  .tuple(small(2), size([1, 3, 8, 15, 16, 17], 35), geometry, fc.boolean())
  .map(([batch, planes, list, ceilMode]) => ({
    x: [batch, planes, ...list.map(({ input, kernel, dilation }) => Math.max(input, dilation * (kernel - 1) + 1))],
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
  .tuple(poolShape, fc.boolean(), fc.option(small(9), { nil: undefined }))
  .map(([{ x, kernelSize, options }, countIncludePad, divisorOverride]) => {
    const divisor = divisorOverride === undefined || x.length === 3 ? {} : { divisorOverride };
    return poolCase('avgPool', { x, kernelSize, options: { ...options, countIncludePad, ...divisor } });
  });
