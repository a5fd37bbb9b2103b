import { CONV_FIELDS, type ConvGeometry } from '../../../src/geometry/records.js';
import { ProgramBuilder } from '../../../src/program/builder.js';
import type { Program } from '../../../src/program/program.js';
import { NO_SLOT } from '../../../src/program/step.js';

/** y = x. */
export function copyProgram(size: number): Program {
  const builder = new ProgramBuilder();
  const x = builder.input(size);
  const y = builder.slot(size);
  builder.step('reshape', { size }, [x], [y]);
  builder.output(y);
  return builder.build();
}

/** One channel of 1×2 is spread over 2×2 at the given indices. */
export function unpoolProgram(): Program {
  const builder = new ProgramBuilder();
  const x = builder.input(2);
  const indices = builder.input(2, 'int32');
  const y = builder.slot(4);
  const sizes = { inputDepth: 1, inputHeight: 1, inputWidth: 2, outputDepth: 1, outputHeight: 2, outputWidth: 2 };
  builder.step('maxUnpool', { batch: 1, channels: 1, ...sizes }, [x, indices], [y]);
  builder.output(y);
  return builder.build();
}

/** A 3×3 convolution of `channels` size×size planes into as many, with padding 1. */
export function convGeometry(channels: number, size: number): ConvGeometry {
  const ones = Object.fromEntries(CONV_FIELDS.map((field) => [field, field.startsWith('pad') ? 0 : 1]));
  return {
    ...(ones as ConvGeometry),
    inChannels: channels,
    outChannels: channels,
    inputHeight: size,
    inputWidth: size,
    outputHeight: size,
    outputWidth: size,
    kernelHeight: 3,
    kernelWidth: 3,
    padTop: 1,
    padBottom: 1,
    padLeft: 1,
    padRight: 1,
  };
}

/** `steps` convolutions in a row: 64 channels of 112×112, 0.9 GFLOP each. */
export function longProgram(steps: number): Program {
  const builder = new ProgramBuilder();
  const size = 64 * 112 * 112;
  const weight = builder.constant(new Float32Array(64 * 64 * 9).fill(0.001));
  let x = builder.input(size);
  for (let i = 0; i < steps; i++) {
    const y = builder.slot(size);
    builder.step('conv', convGeometry(64, 112), [x, weight, NO_SLOT, NO_SLOT, NO_SLOT], [y]);
    x = y;
  }
  builder.output(x);
  return builder.build();
}

export const LONG_SIZE = 64 * 112 * 112;
