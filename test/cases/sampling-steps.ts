import fc from 'fast-check';
import type { StepOfKind } from '../support/steps.js';
import { draw, extent, upTo } from './draws.js';

/** The lines of [outer, length, inner]. */
const lines = fc.record({ outer: upTo(3), length: extent, inner: fc.oneof(fc.constant(1), extent) });

/** Operands are inputs, or the program's own. */
const constants = (...which: number[]) => fc.constantFrom([], which);

export const gatherCases: fc.Arbitrary<StepOfKind<'gather'>> = fc
  .tuple(lines, extent, fc.nat(), constants(1))
  .map(([axes, count, seed, own]) => ({
    kind: 'gather',
    geometry: { ...axes, count },
    operands: [
      draw('special', axes.outer * axes.length * axes.inner, seed),
      draw('real', count, seed + 1).map((value) => Math.floor(value * axes.length)),
    ],
    resultSizes: [axes.outer * count * axes.inner],
    constants: own,
    exact: true,
  }));

export const topKCases: fc.Arbitrary<StepOfKind<'topK'>> = fc
  .tuple(lines, fc.double({ min: 0, max: 1, noNaN: true }), upTo(1, 0), fc.nat())
  .map(([axes, share, largest, seed]) => {
    const k = Math.max(1, Math.round(share * axes.length));
    const size = axes.outer * k * axes.inner;
    return {
      kind: 'topK',
      geometry: { ...axes, k, largest },
      operands: [draw('special', axes.outer * axes.length * axes.inner, seed)],
      resultSizes: [size, size],
      exact: true,
    };
  });

/** Coordinates and scores are few, so that there are equal ones; no overlap is equal to a threshold. */
export const nonMaxSuppressionCases: fc.Arbitrary<StepOfKind<'nonMaxSuppression'>> = fc
  .tuple(
    fc.record({
      batches: upTo(2),
      classes: upTo(3),
      boxes: upTo(20),
      mostPerClass: upTo(8),
      centerPoint: upTo(1, 0),
    }),
    fc.constantFrom(0, 0.3141, 0.7713),
    fc.constantFrom(Number.NEGATIVE_INFINITY, -2, 0, 3),
    fc.nat(),
  )
  .map(([geometry, iouThreshold, scoreThreshold, seed]) => {
    const { batches, classes, boxes, mostPerClass, centerPoint } = geometry;
    const corners = draw('integers', batches * boxes * 4, seed);
    const isExtent = (i: number) => centerPoint === 1 && i % 4 >= 2;
    return {
      kind: 'nonMaxSuppression',
      geometry,
      operands: [
        corners.map((value, i) => (isExtent(i) ? Math.abs(value) : value)),
        draw('integers', batches * classes * boxes, seed + 1),
      ],
      resultSizes: [batches * classes * Math.min(mostPerClass, boxes) * 3, 1],
      extras: { scalars: [iouThreshold, scoreThreshold] },
      exact: true,
    };
  });

/** Weights are quarters, so that sums are exact. */
export const resampleCases: fc.Arbitrary<StepOfKind<'resample'>> = fc
  .tuple(lines, extent, upTo(4), fc.tuple(fc.nat(), fc.boolean()), constants(1, 2, 3))
  .map(([axes, outputLength, taps, [seed, hasOffset], own]) => ({
    kind: 'resample',
    geometry: { ...axes, outputLength, taps },
    operands: [
      draw('integers', axes.outer * axes.length * axes.inner, seed),
      draw('real', outputLength * taps, seed + 1).map((value) => Math.floor(((value + 1) / 2) * axes.length)),
      draw('integers', outputLength * taps, seed + 2).map((value) => value / 4),
      hasOffset ? draw('integers', outputLength, seed + 3) : undefined,
    ],
    resultSizes: [axes.outer * outputLength * axes.inner],
    constants: own,
    exact: true,
  }));

/** Eighths: two values are equal or so far apart that no rounding is magnified. */
export const normalizeCases: fc.Arbitrary<StepOfKind<'normalize'>> = fc
  .tuple(upTo(5), fc.oneof(extent, upTo(300)), fc.constantFrom(1e-5, 1e-3), fc.nat())
  .map(([rows, length, eps, seed]) => ({
    kind: 'normalize',
    geometry: { rows, length },
    operands: [draw('integers', rows * length, seed).map((value) => value / 8 + 1)],
    resultSizes: [rows * length],
    extras: { scalars: [eps] },
    exact: false,
  }));

export const lrnCases: fc.Arbitrary<StepOfKind<'lrn'>> = fc
  .tuple(
    fc.record({ outer: upTo(2), channels: extent, inner: extent, size: upTo(7) }),
    fc.constantFrom([1e-4, 0.75, 1], [0.5, 0.5, 2], [2, 1.25, 1]),
    fc.nat(),
  )
  .map(([geometry, scalars, seed]) => {
    const size = geometry.outer * geometry.channels * geometry.inner;
    return {
      kind: 'lrn',
      geometry,
      operands: [draw('real', size, seed)],
      resultSizes: [size],
      extras: { scalars },
      exact: false,
    };
  });

/** Coordinates are 64ths: positions in the image are then exact, and with them which pixel is nearest. */
export const gridSampleCases: fc.Arbitrary<StepOfKind<'gridSample'>> = fc
  .tuple(
    fc.record({
      batch: upTo(2),
      channels: upTo(3),
      inputHeight: upTo(8),
      inputWidth: upTo(8),
      outputHeight: upTo(5),
      outputWidth: upTo(9),
      mode: upTo(2, 0),
      paddingMode: upTo(2, 0),
      alignCorners: upTo(1, 0),
    }),
    fc.nat(),
  )
  .map(([geometry, seed]) => {
    const { batch, channels, inputHeight, inputWidth, outputHeight, outputWidth } = geometry;
    const outputs = outputHeight * outputWidth;
    return {
      kind: 'gridSample',
      geometry,
      operands: [
        draw('real', batch * channels * inputHeight * inputWidth, seed),
        draw('real', batch * outputs * 2, seed + 1).map((value) => Math.round(value * 160) / 64),
      ],
      resultSizes: [batch * channels * outputs],
      exact: false,
    };
  });

export const logSoftmaxCases: fc.Arbitrary<StepOfKind<'logSoftmax'>> = fc.tuple(lines, fc.nat()).map(([axes, seed]) => {
  const size = axes.outer * axes.length * axes.inner;
  return {
    kind: 'logSoftmax',
    geometry: axes,
    operands: [draw('wide', size, seed)],
    resultSizes: [size],
    exact: false,
  };
});
