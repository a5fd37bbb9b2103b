// Programs for the child processes, made with the built package.
import { createRequire } from 'node:module';
import { encodeProgram } from '../../../../dist/backend/wire.js';
import { CONV_FIELDS } from '../../../../dist/geometry/records.js';
import { ProgramBuilder } from '../../../../dist/program/builder.js';

export const addon = createRequire(import.meta.url)('../../../../build/Release/convkit.node');

export const SIZE = 64 * 112 * 112;

const WEIGHT = new Float32Array(64 * 64 * 9).fill(0.001);

/** `steps` convolutions in a row: 64 channels of 112×112, 0.9 GFLOP each. */
export function longProgram(steps) {
  const builder = new ProgramBuilder();
  const weight = builder.constant(WEIGHT);
  const fields = Object.fromEntries(CONV_FIELDS.map((field) => [field, field.startsWith('pad') ? 0 : 1]));
  const plane = { inputHeight: 112, inputWidth: 112, outputHeight: 112, outputWidth: 112 };
  const kernel = { kernelHeight: 3, kernelWidth: 3, padTop: 1, padBottom: 1, padLeft: 1, padRight: 1 };
  const geometry = { ...fields, inChannels: 64, outChannels: 64, ...plane, ...kernel };
  let x = builder.input(SIZE);
  for (let i = 0; i < steps; i++) {
    const y = builder.slot(SIZE);
    builder.step('conv', geometry, [x, weight, -1, -1, -1], [y]);
    x = y;
  }
  builder.output(x);
  return addon.createProgram(encodeProgram(builder.build()));
}

export function copyProgram(size) {
  const builder = new ProgramBuilder();
  const x = builder.input(size);
  const y = builder.slot(size);
  builder.step('reshape', { size }, [x], [y]);
  builder.output(y);
  return addon.createProgram(encodeProgram(builder.build()));
}

/** Starts a run, and resolves with what its `done` gets. */
export function start(program, size) {
  return new Promise((resolve) => {
    addon.runAsync(program, [new Float32Array(size)], [new Float32Array(size)], resolve);
  });
}

export const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
