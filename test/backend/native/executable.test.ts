import { afterEach, describe, expect, it } from 'vitest';
import { loadNativeBackend } from '../../../src/backend/native.js';
import { ArgumentError, NativeError } from '../../../src/errors.js';
import { copyProgram, LONG_SIZE, longProgram, unpoolProgram } from './programs.js';

const backend = loadNativeBackend();
const threads = backend.threads;

afterEach(() => backend.setThreads(threads));

const values = (size: number) => Float32Array.from({ length: size }, (_, i) => i * 0.5 - 3);
const marked = (size: number) => new Float32Array(size).fill(-7);
const isMarked = (array: Float32Array) => array.every((value) => value === -7);

describe('the native backend', () => {
  it('tells its facts', () => {
    expect(backend.name).toBe('native');
    expect(['amx', 'avx512', 'avx2', 'neon', 'baseline']).toContain(backend.isa);
    expect(backend.threads).toBeGreaterThanOrEqual(1);
  });

  it('changes its number of threads', () => {
    backend.setThreads(3);
    expect(backend.threads).toBe(3);
    backend.setThreads(1);
    expect(backend.threads).toBe(1);
    backend.setThreads(100_000);
    expect(backend.threads).toBe(1024);
  });

  it('refuses an inconsistent program', () => {
    const program = { ...copyProgram(4), outputs: [9] };
    expect(() => backend.compile(program)).toThrow(NativeError);
  });
});

describe('run', () => {
  it('writes the outputs', () => {
    const output = marked(6);
    backend.compile(copyProgram(6)).run([values(6)], [output]);
    expect(output).toEqual(values(6));
  });

  it('reads and writes views with offsets, and shared memory', () => {
    const input = new Float32Array(new SharedArrayBuffer(40), 4, 6);
    input.set(values(6));
    const whole = marked(8);
    backend.compile(copyProgram(6)).run([input], [whole.subarray(1, 7)]);
    expect(whole).toEqual(Float32Array.of(-7, ...values(6), -7));
  });

  it('describes each step', () => {
    const [plan, ...others] = backend.compile(longProgram(1)).describe();
    expect(others).toEqual([]);
    expect(plan?.algorithm).toMatch(/^(direct|gemm|winograd|depthwise|fft|plain)$/);
    expect(plan?.reason).not.toBe('');
  });

  it('calls a wrong index an error of the argument, and leaves the output alone', () => {
    const output = marked(4);
    const unpool = backend.compile(unpoolProgram());
    expect(() => unpool.run([Float32Array.of(1, 2), Int32Array.of(3, 4)], [output])).toThrow(ArgumentError);
    expect(() => unpool.run([Float32Array.of(1, 2), Int32Array.of(3, -1)], [output])).toThrow(/^maxUnpool/);
    expect(isMarked(output)).toBe(true);
    unpool.run([Float32Array.of(1, 2), Int32Array.of(3, 0)], [output]);
    expect(output).toEqual(Float32Array.of(2, 0, 0, 1));
  });

  it('refuses to run once disposed of, however often', () => {
    const executable = backend.compile(copyProgram(4));
    executable.dispose();
    executable.dispose();
    expect(() => executable.run([values(4)], [marked(4)])).toThrow(NativeError);
  });
});

describe('runAsync', () => {
  it('gives the bits of a synchronous run', async () => {
    const executable = backend.compile(longProgram(2));
    const input = Float32Array.from({ length: LONG_SIZE }, (_, i) => Math.sin(i));
    const [expected, actual] = [marked(LONG_SIZE), marked(LONG_SIZE)];
    executable.run([input], [expected]);
    await executable.runAsync([input], [actual]);
    expect(Buffer.from(actual.buffer).equals(Buffer.from(expected.buffer))).toBe(true);
  });

  it('has copied its inputs when it returns', async () => {
    const input = values(6);
    const output = marked(6);
    const run = backend.compile(copyProgram(6)).runAsync([input], [output]);
    input.fill(99);
    expect(isMarked(output)).toBe(true);
    await run;
    expect(output).toEqual(values(6));
  });

  it('lets the event loop turn while it works', async () => {
    const controller = new AbortController();
    const run = backend
      .compile(longProgram(60))
      .runAsync([new Float32Array(LONG_SIZE)], [marked(LONG_SIZE)], controller.signal);
    for (let turns = 0; turns < 3; turns++) await new Promise((resolve) => setImmediate(resolve));
    // It can only be aborted where it is still at work.
    controller.abort();
    await expect(run).rejects.toBe(controller.signal.reason);
  });

  it('finishes after its program was disposed of', async () => {
    const executable = backend.compile(longProgram(1));
    const output = marked(LONG_SIZE);
    const run = executable.runAsync([new Float32Array(LONG_SIZE)], [output]);
    executable.dispose();
    await run;
    expect(output.every((value) => value === 0)).toBe(true);
    await expect(executable.runAsync([new Float32Array(LONG_SIZE)], [output])).rejects.toThrow(NativeError);
  });

  it('rejects with an error of the argument for a wrong index', async () => {
    const output = marked(4);
    const run = backend.compile(unpoolProgram()).runAsync([Float32Array.of(1, 2), Int32Array.of(0, 4)], [output]);
    await expect(run).rejects.toThrow(ArgumentError);
    expect(isMarked(output)).toBe(true);
  });

  it('rejects where an output was transferred meanwhile', async () => {
    const output = marked(6);
    const run = backend.compile(copyProgram(6)).runAsync([values(6)], [output]);
    structuredClone(output.buffer, { transfer: [output.buffer as ArrayBuffer] });
    await expect(run).rejects.toThrow('outputs[0] must be a Float32Array of 6 values');
  });

  it('runs many at once, on any number of threads', async () => {
    const executable = backend.compile(copyProgram(1000));
    for (const count of [1, 4, 2]) {
      backend.setThreads(count);
      const outputs = Array.from({ length: 50 }, () => marked(1000));
      await Promise.all(outputs.map((output, i) => executable.runAsync([values(1000).fill(i)], [output])));
      expect(outputs.every((output, i) => output.every((value) => value === i))).toBe(true);
    }
  });
});
