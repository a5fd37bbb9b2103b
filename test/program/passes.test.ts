import { describe, expect, it } from 'vitest';
import type { ConvGeometry, Window } from '../../src/geometry/records.js';
import { ProgramBuilder } from '../../src/program/builder.js';
import { optimize } from '../../src/program/passes/index.js';
import { type ActivationRecord, NO_SLOT, type SlotId } from '../../src/program/step.js';

const RELU: ActivationRecord = { kind: 'relu', alpha: 0, beta: 0 };

/** A 1×1 convolution of 2 to 3 channels over a 4×4 image, so that programs are small enough to read. */
const WINDOW: Window = {
  inputDepth: 1,
  inputHeight: 4,
  inputWidth: 4,
  outputDepth: 1,
  outputHeight: 4,
  outputWidth: 4,
  kernelDepth: 1,
  kernelHeight: 1,
  kernelWidth: 1,
  strideDepth: 1,
  strideHeight: 1,
  strideWidth: 1,
  dilationDepth: 1,
  dilationHeight: 1,
  dilationWidth: 1,
  padFront: 0,
  padBack: 0,
  padTop: 0,
  padBottom: 0,
  padLeft: 0,
  padRight: 0,
};
const CONV: ConvGeometry = { ...WINDOW, batch: 1, inChannels: 2, outChannels: 3, groups: 1 };
const CHANNELS = { outer: 1, channels: 3, inner: 16 };
const IN = 32;
const OUT = 48;

function addConv(builder: ProgramBuilder, x: SlotId, bias: SlotId = NO_SLOT, residual: SlotId = NO_SLOT): SlotId {
  const weight = builder.constant(Float32Array.of(1, 2, 3, 4, 5, 6));
  const y = builder.slot(OUT);
  builder.step('conv', CONV, [x, weight, bias, residual, NO_SLOT], [y]);
  return y;
}

function addActivation(
  builder: ProgramBuilder,
  x: SlotId,
  residual: SlotId = NO_SLOT,
  slope: SlotId = NO_SLOT,
): SlotId {
  const y = builder.slot(OUT);
  const activation: ActivationRecord = slope === NO_SLOT ? RELU : { kind: 'prelu', alpha: 0, beta: 0 };
  builder.step('activation', CHANNELS, [x, residual, slope], [y], { activation });
  return y;
}

function addBatchNorm(builder: ProgramBuilder, x: SlotId): SlotId {
  const constants = [
    [1, 2, 3],
    [4, 9, 16],
    [2, 3, 4],
    [10, 20, 30],
  ].map((values) => builder.constant(Float32Array.from(values)));
  const y = builder.slot(OUT);
  builder.step('batchNorm', CHANNELS, [x, ...constants], [y], { scalars: [0] });
  return y;
}

function valuesOf(program: ReturnType<ProgramBuilder['build']>, slot: SlotId): number[] {
  return [...(program.constants.find((constant) => constant.slot === slot)?.data ?? [])];
}

describe('fusing activations', () => {
  it('merges a relu into the convolution before it', () => {
    const builder = new ProgramBuilder();
    builder.output(addActivation(builder, addConv(builder, builder.input(IN))));
    const { program, stepOf } = optimize(builder.build());
    expect(program.steps.map(({ kind, activation }) => [kind, activation.kind])).toEqual([['conv', 'relu']]);
    expect(program.steps[0].results).toEqual(program.outputs);
    expect(program.slots).toHaveLength(3);
    expect(stepOf).toEqual([0, 0]);
  });

  it('merges the residual and the slope of every channel too', () => {
    const builder = new ProgramBuilder();
    const x = builder.input(IN);
    const residual = builder.input(OUT);
    const slope = builder.constant(Float32Array.of(0.1, 0.2, 0.3));
    builder.output(addActivation(builder, addConv(builder, x), residual, slope));
    const { program } = optimize(builder.build());
    expect(program.steps).toHaveLength(1);
    const [, , bias, mergedResidual, mergedSlope] = program.steps[0].operands;
    expect(bias).toBe(NO_SLOT);
    expect(mergedResidual).toBe(program.inputs[1]);
    expect(valuesOf(program, mergedSlope)).toEqual([...Float32Array.of(0.1, 0.2, 0.3)]);
  });

  it('leaves a convolution whose bare result is an output as well', () => {
    const builder = new ProgramBuilder();
    const y = addConv(builder, builder.input(IN));
    builder.output(addActivation(builder, y));
    builder.output(y);
    expect(optimize(builder.build()).program.steps).toHaveLength(2);
  });

  it('leaves a convolution that two steps read', () => {
    const builder = new ProgramBuilder();
    const y = addConv(builder, builder.input(IN));
    builder.output(addActivation(builder, addActivation(builder, y), y));
    expect(optimize(builder.build()).program.steps.map(({ kind }) => kind)).toEqual([
      'conv',
      'activation',
      'activation',
    ]);
  });

  it('leaves a second residual and a second activation', () => {
    const builder = new ProgramBuilder();
    const x = builder.input(IN);
    const residual = builder.input(OUT);
    const first = addActivation(builder, addConv(builder, x, NO_SLOT, residual), residual);
    builder.output(addActivation(builder, first));
    expect(optimize(builder.build()).program.steps).toHaveLength(3);

    const twice = new ProgramBuilder();
    twice.output(addActivation(twice, addActivation(twice, addConv(twice, twice.input(IN)))));
    const { program, stepOf } = optimize(twice.build());
    expect(program.steps.map(({ kind }) => kind)).toEqual(['conv', 'activation']);
    expect(stepOf).toEqual([0, 0, 1]);
  });

  it('leaves slopes that are not one an output channel', () => {
    const builder = new ProgramBuilder();
    const y = addConv(builder, builder.input(IN));
    const slope = builder.constant(Float32Array.of(0.1, 0.2, 0.3, 0.4));
    const z = builder.slot(OUT);
    const activation: ActivationRecord = { kind: 'prelu', alpha: 0, beta: 0 };
    builder.step('activation', { outer: 3, channels: 4, inner: 4 }, [y, NO_SLOT, slope], [z], { activation });
    builder.output(z);
    expect(optimize(builder.build()).program.steps).toHaveLength(2);
  });
});

describe('folding batch norms', () => {
  // scale = weight / sqrt(variance) = [1, 1, 1]·[2/2, 3/3, 4/4]; shift = bias − mean · scale
  it('multiplies the statistics into weight and bias', () => {
    const builder = new ProgramBuilder();
    const bias = builder.constant(Float32Array.of(100, 200, 300));
    builder.output(addBatchNorm(builder, addConv(builder, builder.input(IN), bias)));
    const { program } = optimize(builder.build());
    expect(program.steps.map(({ kind }) => kind)).toEqual(['conv']);
    const [, weight, foldedBias] = program.steps[0].operands;
    expect(valuesOf(program, weight)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(valuesOf(program, foldedBias)).toEqual([109, 218, 327]);
    expect(program.constants).toHaveLength(2);
  });

  it('scales each row of the weight by its own channel, and makes a bias where there was none', () => {
    const builder = new ProgramBuilder();
    const y = addConv(builder, builder.input(IN));
    const [mean, variance] = [Float32Array.of(1, 1, 1), Float32Array.of(1, 0.25, 0.0625)].map((v) =>
      builder.constant(v),
    );
    const z = builder.slot(OUT);
    builder.step('batchNorm', CHANNELS, [y, mean, variance, NO_SLOT, NO_SLOT], [z], { scalars: [0] });
    builder.output(z);
    const { program } = optimize(builder.build());
    const [, weight, bias] = program.steps[0].operands;
    expect(valuesOf(program, weight)).toEqual([1, 2, 6, 8, 20, 24]);
    expect(valuesOf(program, bias)).toEqual([-1, -2, -4]);
  });

  it('finds the output channel of a grouped transposed weight', () => {
    const builder = new ProgramBuilder();
    const geometry = { ...CONV, inChannels: 4, outChannels: 6, groups: 2 };
    const weight = builder.constant(Float32Array.of(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1));
    const x = builder.input(64);
    const y = builder.slot(96);
    builder.step('convTranspose', geometry, [x, weight, NO_SLOT, NO_SLOT, NO_SLOT], [y]);
    const z = builder.slot(96);
    const [mean, variance] = [new Float32Array(6), new Float32Array(6).fill(1)].map((v) => builder.constant(v));
    const gain = builder.constant(Float32Array.of(1, 2, 3, 4, 5, 6));
    const norm = { outer: 1, channels: 6, inner: 16 };
    builder.step('batchNorm', norm, [y, mean, variance, gain, NO_SLOT], [z], { scalars: [0] });
    builder.output(z);
    const { program } = optimize(builder.build());
    expect(valuesOf(program, program.steps[0].operands[1])).toEqual([1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6]);
  });

  it('folds first, then fuses the activation behind', () => {
    const builder = new ProgramBuilder();
    builder.output(addActivation(builder, addBatchNorm(builder, addConv(builder, builder.input(IN)))));
    const { program, stepOf } = optimize(builder.build());
    expect(program.steps.map(({ kind, activation }) => [kind, activation.kind])).toEqual([['conv', 'relu']]);
    expect(stepOf).toEqual([0, 0, 0]);
  });

  it('leaves statistics that are inputs, other channels, and a scale that is not finite', () => {
    const dynamic = new ProgramBuilder();
    const x = dynamic.input(IN);
    const statistics = [dynamic.input(3), dynamic.input(3)];
    const y = dynamic.slot(OUT);
    dynamic.step('batchNorm', CHANNELS, [addConv(dynamic, x), ...statistics, NO_SLOT, NO_SLOT], [y], { scalars: [1] });
    dynamic.output(y);
    expect(optimize(dynamic.build()).program.steps).toHaveLength(2);

    for (const [geometry, variance] of [
      [{ outer: 3, channels: 4, inner: 4 }, 1],
      [CHANNELS, 0],
    ] as const) {
      const builder = new ProgramBuilder();
      const conv = addConv(builder, builder.input(IN));
      const mean = builder.constant(new Float32Array(geometry.channels));
      const spread = builder.constant(new Float32Array(geometry.channels).fill(variance));
      const z = builder.slot(OUT);
      builder.step('batchNorm', geometry, [conv, mean, spread, NO_SLOT, NO_SLOT], [z], { scalars: [0] });
      builder.output(z);
      expect(optimize(builder.build()).program.steps).toHaveLength(2);
    }
  });
});
