import { describe, test } from 'vitest';
import { CONV_SAMPLE, convCase } from '../cases/conv.js';
import { flatIndex, withExtra, withSpecial } from '../cases/variants.js';
import { assertBackendTook } from '../support/backend.js';
import { checkCase } from '../support/run.js';
import { type OperatorCase, tensor } from '../support/specs.js';

assertBackendTook();

const named = (cases: readonly OperatorCase[]) => cases.map((one) => [one.name, one] as const);

/**
 * Where a value that must not spread would spread if lanes, groups or images leaked into one another:
 * the last channel of the last image, in the plane's corner, and the very first element.
 */
function placesOf(shape: readonly number[]): number[] {
  const last = shape.map((size) => size - 1);
  const middle = shape.map((size, axis) => (axis < 2 ? size - 1 : Math.floor(size / 2)));
  return [0, flatIndex(shape, last), flatIndex(shape, middle)];
}

describe('NaN and infinities in the input reach exactly their windows', () => {
  const cases = CONV_SAMPLE.flatMap((shape) =>
    ['NaN', 'Infinity', '-Infinity'].flatMap((value) =>
      placesOf(shape.x).map((place) => withSpecial(convCase(shape), 0, { [place]: value })),
    ),
  );
  test.each(named(cases))('%s', (_name, one) => {
    checkCase(one);
  });
  test.each(named(cases.map((one) => withExtra(one, 'relu6', { activation: 'relu6' }))))('%s', (_name, one) => {
    checkCase(one);
  });
});

describe('NaN and infinities in the weight reach exactly their channel', () => {
  // Without padding: whether its zeros meet such a weight is not defined (PyTorch's own kernels differ).
  const cases = CONV_SAMPLE.filter(({ x }) => x[2] >= 5).flatMap(({ x, weight, options }) => {
    const { padding: _padding, paddingMode: _mode, ...rest } = options ?? {};
    const base = convCase({ x, weight, options: rest });
    return ['NaN', 'Infinity'].flatMap((value) =>
      placesOf(weight).map((place) => withSpecial(base, 1, { [place]: value })),
    );
  });
  test.each(named(cases))('%s', (_name, one) => {
    checkCase(one);
  });
});

describe('NaN and infinities in bias, residual and linear operands', () => {
  const odd = { 1: 'NaN', 3: 'Infinity' };
  const cases: OperatorCase[] = CONV_SAMPLE.filter(({ weight }) => weight[0] > 4).map((shape) => {
    return withExtra(convCase(shape), 'odd bias', { bias: tensor([shape.weight[0]], 3, { special: odd }) });
  });
  const linear = [tensor([5, 17], 1, { special: odd }), tensor([18, 17], 2, { special: { 40: 'NaN' } })];
  cases.push({ name: 'linear', op: 'linear', args: linear });
  test.each(named(cases))('%s', (_name, one) => {
    checkCase(one);
  });
});

describe('pooling with NaN', () => {
  const image = tensor([2, 17, 7, 9], 1, {
    integers: 3,
    special: { 3: 'NaN', 60: 'NaN', 70: '-Infinity', 2141: 'NaN' },
  });
  const windows = [2, 3].flatMap((kernelSize) =>
    [1, 2].flatMap((stride) => [0, 1].map((padding) => ({ kernelSize, options: { stride, padding } }))),
  );
  const cases = windows.flatMap(({ kernelSize, options }) => [
    { name: 'maxPool2d', op: 'maxPool2d', args: [image, kernelSize, { ...options, returnIndices: true }], exact: true },
    { name: 'maxPool2d without indices', op: 'maxPool2d', args: [image, kernelSize, options], exact: true },
    { name: 'avgPool2d', op: 'avgPool2d', args: [image, kernelSize, options] },
  ]);
  const whole: OperatorCase[] = [
    { name: 'globalMaxPool2d', op: 'globalMaxPool2d', args: [image], exact: true },
    { name: 'globalAvgPool2d', op: 'globalAvgPool2d', args: [image] },
    { name: 'adaptiveMaxPool2d', op: 'adaptiveMaxPool2d', args: [image, 3, { returnIndices: true }], exact: true },
  ];
  test.each([...cases, ...whole].map((one) => [`${one.name} ${JSON.stringify(one.args.slice(1))}`, one] as const))(
    '%s',
    (_name, one) => {
      checkCase(one);
    },
  );
});

describe('maxima of subnormal numbers', () => {
  // Kernels may flush subnormal sums to zero; a maximum is one of its inputs and must stay it.
  const image = tensor([2, 17, 7, 9], 1, { integers: 6, times: 2 ** -149 });
  const cases: OperatorCase[] = [
    {
      name: 'with indices',
      op: 'maxPool2d',
      args: [image, 3, { stride: 2, padding: 1, returnIndices: true }],
      exact: true,
    },
    { name: 'without indices', op: 'maxPool2d', args: [image, 2, { stride: 1 }], exact: true },
    { name: 'channels last', op: 'maxPool2d', args: [image, 2, { layout: 'NHWC' }], exact: true },
    { name: 'adaptive', op: 'adaptiveMaxPool2d', args: [image, 3, { returnIndices: true }], exact: true },
    { name: 'global', op: 'globalMaxPool2d', args: [image], exact: true },
  ];
  test.each(named(cases))('%s', (_name, one) => {
    checkCase(one);
  });
});
