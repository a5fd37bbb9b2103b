import {
  BINARY_OPERATIONS,
  IMAGE_PAD_MODES,
  type PoolGeometry,
  REDUCE_OPERATIONS,
  RESIZE_ARITHMETICS,
  UNARY_OPERATIONS,
} from '../../../src/geometry/records.js';
import { ProgramBuilder, type StepExtras } from '../../../src/program/builder.js';
import type { Program, SlotType } from '../../../src/program/program.js';
import { type GeometryOf, NO_SLOT, type SlotId, type StepKind } from '../../../src/program/step.js';
import { convGeometry } from './programs.js';

/** An operand: the size of an input, the values of a constant, or none. */
type Operand = number | Float32Array | { readonly int32: number } | { readonly uint8: number } | undefined;

interface Result {
  readonly size: number;
  readonly type?: SlotType;
}

function oneStep<Kind extends StepKind>(
  kind: Kind,
  geometry: GeometryOf<Kind>,
  operands: readonly Operand[],
  results: readonly Result[],
  extras: StepExtras = {},
): Program {
  const builder = new ProgramBuilder();
  const operandSlots = operands.map((operand): SlotId => {
    if (operand === undefined) return NO_SLOT;
    if (typeof operand === 'number') return builder.input(operand);
    if (operand instanceof Float32Array) return builder.constant(operand);
    return 'int32' in operand ? builder.input(operand.int32, 'int32') : builder.input(operand.uint8, 'uint8');
  });
  const resultSlots = results.map(({ size, type }) => builder.slot(size, type));
  builder.step(kind, geometry, operandSlots, resultSlots, extras);
  for (const slot of resultSlots) builder.output(slot);
  return builder.build();
}

const values = (size: number) => Float32Array.from({ length: size }, (_, i) => (i % 7) - 3);

const conv = convGeometry(4, 6);
const { inChannels: channels, outChannels: _, groups: __, ...window } = conv;
const pool: PoolGeometry = { channels, ...window };
const plane = 4 * 6 * 6;
const adaptive = {
  batch: 1,
  channels: 4,
  inputDepth: 1,
  inputHeight: 6,
  inputWidth: 6,
  outputDepth: 1,
  outputHeight: 2,
  outputWidth: 3,
};
const unpool = { ...adaptive, inputHeight: 2, inputWidth: 3, outputHeight: 6, outputWidth: 6 };
const padGeometry = {
  outer: 4,
  inputDepth: 1,
  inputHeight: 6,
  inputWidth: 6,
  padFront: 0,
  padBack: 0,
  padTop: 1,
  padBottom: 1,
  padLeft: 1,
  padRight: 1,
  mode: 1,
};
/** 2×3×4 values, of which one operand is broadcast along the first axis. */
const sizes = { size0: 1, size1: 1, size2: 1, size3: 2, size4: 3, size5: 4 };
const dense = { a0: 0, a1: 0, a2: 0, a3: 12, a4: 4, a5: 1 };
const repeated = { b0: 0, b1: 0, b2: 0, b3: 0, b4: 4, b5: 1 };
const condition = { condition0: 0, condition1: 0, condition2: 0, condition3: 12, condition4: 4, condition5: 1 };
/** Every other value of 2×3×4, from the last one back. */
const strides = { stride0: 0, stride1: 0, stride2: 0, stride3: -12, stride4: -4, stride5: -2 };
const grid = {
  batch: 1,
  channels: 4,
  inputHeight: 6,
  inputWidth: 6,
  outputHeight: 2,
  outputWidth: 3,
  mode: 0,
  paddingMode: 1,
  alignCorners: 0,
};
/** Three rows of four pixels, with two values between the rows. */
const imageWindow = {
  height: 3,
  width: 4,
  channels: 3,
  rowStride: 14,
  kernelHeight: 3,
  kernelWidth: 3,
  anchorY: 1,
  anchorX: 1,
  border: 4,
};
const prelu: StepExtras = { activation: { kind: 'prelu', alpha: 0, beta: 0 } };
const weight = values(4 * 4 * 9);
const bias = values(4);

/** At least one small valid program of each step kind. */
export const EVERY_KIND: Readonly<Record<StepKind, Program>> = {
  conv: oneStep('conv', conv, [plane, weight, bias, plane, bias], [{ size: plane }], prelu),
  convTranspose: oneStep('convTranspose', conv, [plane, 4 * 4 * 9, undefined, undefined, undefined], [{ size: plane }]),
  maxPool: oneStep('maxPool', pool, [plane], [{ size: plane }, { size: plane, type: 'int32' }]),
  avgPool: oneStep('avgPool', { ...pool, countIncludePad: 1, divisorOverride: 0 }, [plane], [{ size: plane }]),
  lpPool: oneStep(
    'lpPool',
    { ...pool, padTop: 0, padBottom: 0, padLeft: 0, padRight: 0, outputHeight: 4, outputWidth: 4 },
    [plane],
    [{ size: 64 }],
    { scalars: [2] },
  ),
  adaptiveAvgPool: oneStep('adaptiveAvgPool', adaptive, [plane], [{ size: 24 }]),
  adaptiveMaxPool: oneStep('adaptiveMaxPool', adaptive, [plane], [{ size: 24 }, { size: 24, type: 'int32' }]),
  maxUnpool: oneStep('maxUnpool', unpool, [24, { int32: 24 }], [{ size: plane }]),
  batchNorm: oneStep(
    'batchNorm',
    { outer: 1, channels: 4, inner: 36 },
    [plane, bias, bias, bias, 4],
    [{ size: plane }],
    { scalars: [1e-5] },
  ),
  activation: oneStep(
    'activation',
    { outer: 1, channels: 4, inner: 36 },
    [plane, plane, bias],
    [{ size: plane }],
    prelu,
  ),
  linear: oneStep(
    'linear',
    { rows: 3, inFeatures: 5, outFeatures: 4 },
    [15, values(20), bias, 12, undefined],
    [{ size: 12 }],
  ),
  softmax: oneStep('softmax', { outer: 3, length: 5, inner: 2 }, [30], [{ size: 30 }]),
  im2col: oneStep('im2col', pool, [plane], [{ size: plane * 9 }]),
  col2im: oneStep('col2im', pool, [plane * 9], [{ size: plane }]),
  pad: oneStep('pad', padGeometry, [plane], [{ size: 4 * 64 }], { scalars: [0] }),
  transpose: oneStep('transpose', { batch: 2, rows: 3, columns: 5 }, [30], [{ size: 30 }]),
  reshape: oneStep('reshape', { size: 12 }, [12], [{ size: 12 }]),
  unary: oneStep('unary', { operation: UNARY_OPERATIONS.indexOf('affine'), size: 24 }, [24], [{ size: 24 }], {
    scalars: [2, 1],
  }),
  binary: oneStep(
    'binary',
    { operation: BINARY_OPERATIONS.indexOf('add'), ...sizes, ...dense, ...repeated },
    [24, values(12)],
    [{ size: 24 }],
    { activation: { kind: 'relu', alpha: 0, beta: 0 } },
  ),
  where: oneStep('where', { ...sizes, ...condition, ...dense, ...repeated }, [24, 24, values(12)], [{ size: 24 }]),
  strided: oneStep('strided', { offset: 23, ...sizes, size5: 2, ...strides }, [24], [{ size: 12 }]),
  concat: oneStep('concat', { outer: 2, inner: 3 }, [12, values(6), 18], [{ size: 36 }]),
  reduce: oneStep(
    'reduce',
    { operation: REDUCE_OPERATIONS.indexOf('mean'), outer: 2, length: 3, inner: 4 },
    [24],
    [{ size: 8 }],
  ),
  gather: oneStep('gather', { outer: 2, length: 3, inner: 4, count: 2 }, [24, Float32Array.of(-1, 0)], [{ size: 16 }]),
  topK: oneStep('topK', { outer: 2, length: 3, inner: 4, k: 2, largest: 1 }, [24], [{ size: 16 }, { size: 16 }]),
  nonMaxSuppression: oneStep(
    'nonMaxSuppression',
    { batches: 1, classes: 2, boxes: 5, mostPerClass: 3, centerPoint: 0 },
    [20, 10],
    [{ size: 18 }, { size: 1 }],
    { scalars: [0.5, -1] },
  ),
  resample: oneStep(
    'resample',
    { outer: 2, length: 3, inner: 4, outputLength: 2, taps: 2 },
    [24, Float32Array.of(0, 1, 1, 2), Float32Array.of(0.25, 0.75, 0.5, 0.5), undefined],
    [{ size: 16 }],
  ),
  normalize: oneStep('normalize', { rows: 3, length: 8 }, [24], [{ size: 24 }], { scalars: [1e-5] }),
  lrn: oneStep('lrn', { outer: 1, channels: 4, inner: 36, size: 3 }, [plane], [{ size: plane }], {
    scalars: [1e-4, 0.75, 1],
  }),
  gridSample: oneStep('gridSample', grid, [plane, 12], [{ size: 24 }]),
  logSoftmax: oneStep('logSoftmax', { outer: 3, length: 5, inner: 2 }, [30], [{ size: 30 }]),
  convert: oneStep('convert', { size: 12 }, [{ int32: 12 }], [{ size: 12 }]),
  imageToTensor: oneStep(
    'imageToTensor',
    {
      height: 2,
      width: 3,
      offset: 4,
      rowStride: 20,
      pixelStride: 4,
      channels: 3,
      source0: 2,
      source1: 1,
      source2: 0,
      source3: 0,
      flipX: 1,
      flipY: 0,
      channelsLast: 0,
    },
    [{ uint8: 40 }, 6],
    [{ size: 18 }],
  ),
  imageFilter: oneStep('imageFilter', imageWindow, [{ uint8: 40 }, values(9)], [{ size: 36, type: 'uint16' }], {
    scalars: [0, 1],
  }),
  imageSeparable: oneStep('imageSeparable', imageWindow, [{ uint8: 40 }, values(3), values(3)], [{ size: 36 }], {
    scalars: [0, 0],
  }),
  imageSharpen: oneStep('imageSharpen', imageWindow, [{ uint8: 40 }, 3, 3], [{ size: 36, type: 'uint8' }], {
    scalars: [0, 1, 4],
  }),
  imageSmooth: oneStep('imageSmooth', imageWindow, [{ uint8: 40 }, 2, 2], [{ size: 36, type: 'uint8' }], {
    scalars: [7],
  }),
  imageBox: oneStep('imageBox', imageWindow, [{ uint8: 40 }], [{ size: 36, type: 'uint8' }], { scalars: [7] }),
  imageMedian: oneStep('imageMedian', imageWindow, [{ uint8: 40 }], [{ size: 36, type: 'uint8' }], { scalars: [7] }),
  imageErode: oneStep(
    'imageErode',
    imageWindow,
    [{ uint8: 40 }, Float32Array.of(0, 1, 0, 1, 1, 1, 0, 1, 0)],
    [{ size: 36, type: 'uint8' }],
    { scalars: [7] },
  ),
  imageDilate: oneStep('imageDilate', imageWindow, [{ uint8: 40 }, undefined], [{ size: 36, type: 'uint8' }], {
    scalars: [7],
  }),
  imageIntegral: oneStep(
    'imageIntegral',
    { height: 3, width: 4, channels: 3, rowStride: 14 },
    [{ uint8: 40 }],
    [{ size: 60, type: 'int32' }],
  ),
  tensorToImage: oneStep(
    'tensorToImage',
    { height: 2, width: 3, channels: 3, channelsLast: 0, swapRedBlue: 1 },
    [18, 6],
    [{ size: 18, type: 'uint8' }],
  ),
  imageResize: oneStep(
    'imageResize',
    {
      inputHeight: 3,
      inputWidth: 4,
      offset: 1,
      rowStride: 13,
      channels: 3,
      outputHeight: 2,
      outputWidth: 3,
      tapsAcross: 2,
      tapsDown: 2,
      arithmetic: RESIZE_ARITHMETICS.indexOf('fixed'),
    },
    [{ uint8: 40 }, { int32: 6 }, 6, { int32: 4 }, 4],
    [{ size: 18, type: 'uint8' }],
  ),
  imagePad: oneStep(
    'imagePad',
    {
      inputHeight: 2,
      inputWidth: 3,
      offset: 1,
      rowStride: 10,
      channels: 3,
      padTop: 1,
      padBottom: 0,
      padLeft: 2,
      padRight: 1,
      mode: IMAGE_PAD_MODES.indexOf('reflect'),
    },
    [{ uint8: 20 }, 3],
    [{ size: 54, type: 'uint8' }],
  ),
};
