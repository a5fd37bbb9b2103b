import { describe, expect, it } from 'vitest';
import { ProgramBuilder } from '../../../src/program/builder.js';
import { NO_SLOT } from '../../../src/program/step.js';
import { backend, integers } from './support.js';

const CHANNEL = { outer: 1, channels: 1, inner: 6 };
const relu = { activation: { kind: 'relu', alpha: 0, beta: 0 } } as const;
const doubled = { activation: { kind: 'leakyRelu', alpha: 2, beta: 0 } } as const;
const UNPOOL = {
  batch: 1,
  channels: 1,
  inputDepth: 1,
  inputHeight: 1,
  inputWidth: 6,
  outputDepth: 1,
  outputHeight: 1,
  outputWidth: 8,
};

describe('program', () => {
  it('runs a chain of steps whose buffers take turns, again and again', () => {
    const builder = new ProgramBuilder();
    const x = builder.input(6);
    let last = x;
    const early = builder.slot(6);
    builder.step('activation', CHANNEL, [x, NO_SLOT, NO_SLOT], [early], doubled);
    last = early;
    for (let i = 0; i < 5; i++) {
      const next = builder.slot(6);
      builder.step('activation', CHANNEL, [last, i === 4 ? early : NO_SLOT, NO_SLOT], [next], doubled);
      last = next;
    }
    builder.output(last);
    const executable = backend.compile(builder.build());
    for (let run = 1; run <= 3; run++) {
      const input = Float32Array.of(-1, 1, -2, 2, -3, 3).map((value) => value * run);
      const output = new Float32Array(6);
      executable.run([input], [output]);
      // Negative values: doubled 5 times, plus the early result, doubled again.
      expect([...output]).toEqual([...input].map((v) => (v > 0 ? 2 * v : 2 * (32 * v + 2 * v))));
    }
  });

  it('reads constants', () => {
    const builder = new ProgramBuilder();
    const x = builder.input(6);
    const y = builder.slot(6);
    builder.step('activation', CHANNEL, [x, builder.constant(Float32Array.of(1, 2, 3, 4, 5, 6)), NO_SLOT], [y], relu);
    builder.output(y);
    const output = new Float32Array(6);
    backend.compile(builder.build()).run([new Float32Array(6).fill(-3)], [output]);
    expect([...output]).toEqual([0, 0, 0, 1, 2, 3]);
  });

  it('gives reshaped slots, inputs and repeated slots as outputs', () => {
    const builder = new ProgramBuilder();
    const x = builder.input(6);
    const flat = builder.slot(6);
    builder.step('reshape', { size: 6 }, [x], [flat]);
    const y = builder.slot(6);
    builder.step('activation', CHANNEL, [flat, NO_SLOT, NO_SLOT], [y], relu);
    const yFlat = builder.slot(6);
    builder.step('reshape', { size: 6 }, [y], [yFlat]);
    const z = builder.slot(6);
    builder.step('activation', CHANNEL, [yFlat, y, NO_SLOT], [z], relu);
    for (const slot of [flat, y, yFlat, z, x, z]) builder.output(slot);
    const input = integers(6, 1, 9);
    const outputs = Array.from({ length: 6 }, () => new Float32Array(6));
    backend.compile(builder.build()).run([input], outputs);
    const positive = input.map((value) => Math.max(0, value));
    const twice = positive.map((value) => 2 * value);
    expect(outputs).toEqual([input, positive, positive, twice, input, twice]);
  });

  it('gives the results of a step to several outputs', () => {
    const builder = new ProgramBuilder();
    const x = builder.input(6);
    const [y, indices] = [builder.slot(1), builder.slot(1, 'int32')];
    const axes = { inputDepth: 1, inputHeight: 1, inputWidth: 6, outputDepth: 1, outputHeight: 1, outputWidth: 1 };
    builder.step('adaptiveMaxPool', { batch: 1, channels: 1, ...axes }, [x], [y, indices]);
    builder.output(indices);
    builder.output(y);
    const outputs = [new Int32Array(1), new Float32Array(1)];
    backend.compile(builder.build()).run([Float32Array.of(1, 2, 9, 4, 5, 6)], outputs);
    expect(outputs.map(([value]) => value)).toEqual([2, 9]);
  });

  it('leaves every output untouched where a late step fails', () => {
    const builder = new ProgramBuilder();
    const [x, indices] = [builder.input(6), builder.input(6, 'int32')];
    const [y, z] = [builder.slot(6), builder.slot(8)];
    builder.step('activation', CHANNEL, [x, NO_SLOT, NO_SLOT], [y], relu);
    builder.step('maxUnpool', UNPOOL, [y, indices], [z]);
    builder.output(y);
    builder.output(z);
    const executable = backend.compile(builder.build());
    const outputs = [new Float32Array(6).fill(-7), new Float32Array(8).fill(-7)];
    const input = Float32Array.of(1, 2, 3, 4, 5, 6);
    expect(() => executable.run([input, Int32Array.of(0, 1, 2, 3, 4, 8)], outputs)).toThrow(/invalid max index: 8/);
    expect(outputs.every((output) => output.every((value) => value === -7))).toBe(true);
    executable.run([input, Int32Array.of(0, 1, 2, 3, 4, 7)], outputs);
    expect(outputs.map((output) => [...output])).toEqual([
      [1, 2, 3, 4, 5, 6],
      [1, 2, 3, 4, 5, 0, 0, 6],
    ]);
  });

  it('describes each step', () => {
    const builder = new ProgramBuilder();
    const x = builder.input(6);
    const y = builder.slot(6);
    builder.step('activation', CHANNEL, [x, NO_SLOT, NO_SLOT], [y], relu);
    builder.output(y);
    const [plan] = backend.compile(builder.build()).describe();
    expect(plan.algorithm).toBe('plain');
    expect(plan.reason).not.toBe('');
  });

  it('refuses arrays of another size, and to run once disposed', () => {
    const builder = new ProgramBuilder();
    const x = builder.input(6);
    const y = builder.slot(6);
    builder.step('activation', CHANNEL, [x, NO_SLOT, NO_SLOT], [y], relu);
    builder.output(y);
    const executable = backend.compile(builder.build());
    const [good, bad] = [new Float32Array(6), new Float32Array(5)];
    expect(() => executable.run([bad], [good])).toThrow('inputs[0]: expected 6 float32 values, but got 5');
    expect(() => executable.run([good], [bad])).toThrow('outputs[0]: expected 6 float32 values, but got 5');
    expect(() => executable.run([], [good])).toThrow('inputs: the program has 1, but got 0');
    executable.dispose();
    executable.dispose();
    expect(() => executable.run([good], [good])).toThrow('disposed');
  });
});
