import type { PoolGeometry } from '../../../src/geometry/records.js';
import { ProgramBuilder, type StepExtras } from '../../../src/program/builder.js';
import type { Program, SlotType } from '../../../src/program/program.js';
import { type GeometryOf, NO_SLOT, type SlotId, type StepKind } from '../../../src/program/step.js';
import { convGeometry } from './programs.js';

/** An operand: the size of an input, the values of a constant, or none. */
type Operand = number | Float32Array | { readonly int32: number } | undefined;

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
    return operand instanceof Float32Array ? builder.constant(operand) : builder.input(operand.int32, 'int32');
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
  pad: oneStep('pad', padGeometry, [plane], [{ size: 4 * 64 }]),
  transpose: oneStep('transpose', { batch: 2, rows: 3, columns: 5 }, [30], [{ size: 30 }]),
  reshape: oneStep('reshape', { size: 12 }, [12], [{ size: 12 }]),
};
