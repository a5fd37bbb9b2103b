import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import type { Addon, ProgramHandle } from '../../../binding.js';
import { encodeProgram } from '../../../src/backend/wire.js';
import { MOST_AXES } from '../../../src/geometry/records.js';
import { ProgramBuilder } from '../../../src/program/builder.js';

const addon = createRequire(import.meta.url)('../../../build/Release/convkit.node') as Addon;
const raw = addon as unknown as Record<keyof Addon, (...args: unknown[]) => unknown>;

/** y = x − c. */
function subtraction() {
  const builder = new ProgramBuilder();
  const x = builder.input(3);
  const c = builder.constant(Float32Array.of(1, 2, 3));
  const y = builder.slot(3);
  const row = [...new Array<number>(MOST_AXES - 1).fill(1), 3];
  const dense = row.map((size) => (size === 3 ? 1 : 0));
  const geometry = { operation: 1, ...axes('size', row), ...axes('a', dense), ...axes('b', dense) };
  builder.step('binary', geometry as never, [x, c], [y]);
  builder.output(y);
  return encodeProgram(builder.build());
}

function axes(prefix: string, values: number[]) {
  return Object.fromEntries(values.map((value, axis) => [`${prefix}${axis}`, value]));
}

const staged = (...values: number[]) => {
  const constants = addon.stageConstants(Float64Array.of(3));
  addon.appendConstant(constants, 0, Float32Array.from(values));
  return constants;
};
const made = (constants: unknown, spec: unknown = subtraction()) =>
  new Promise<ProgramHandle>((resolve, reject) => {
    raw.createProgramAsync(spec, constants, (error: Error | undefined, program: ProgramHandle) =>
      error === undefined ? resolve(program) : reject(error),
    );
  });

const REFUSAL = expect.objectContaining({ code: 'ERR_NATIVE', message: expect.stringMatching(/\w/) });

describe('a program that is made on the pool', () => {
  it('has the constants that were staged, piece by piece, and not those of the spec', async () => {
    const constants = addon.stageConstants(Float64Array.of(3));
    const piece = Float32Array.of(10, 20);
    addon.appendConstant(constants, 0, piece);
    piece.fill(Number.NaN);
    addon.appendConstant(constants, 0, Float32Array.of(30));
    const program = await made(constants, { ...subtraction(), constants: [] });
    const y = new Float32Array(3);
    addon.run(program, [Float32Array.of(0, 0, 0)], [y]);
    expect([...y]).toEqual([-10, -20, -30]);
  });

  it('may be cancelled, and done is called all the same', async () => {
    const code = await new Promise((resolve) => {
      const id = addon.createProgramAsync(subtraction(), staged(1, 2, 3), (error) =>
        resolve((error as Error & { code: string }).code),
      );
      addon.cancel(id);
    });
    expect(code).toBe('ERR_CANCELLED');
  });

  it('that is inconsistent rejects', async () => {
    await expect(made(staged(1, 2, 3), { ...subtraction(), outputs: Int32Array.of(99) })).rejects.toEqual(REFUSAL);
    await expect(made(addon.stageConstants(Float64Array.of(0)))).rejects.toEqual(REFUSAL);
  });
});

describe('staged constants', () => {
  it('have no room for more than was said', () => {
    const constants = staged(1, 2);
    expect(() => addon.appendConstant(constants, 0, new Float32Array(2))).toThrow(REFUSAL);
    expect(() => addon.appendConstant(constants, 0, new Float32Array(1))).not.toThrow();
    expect(() => addon.appendConstant(constants, 0, new Float32Array(1))).toThrow(REFUSAL);
  });

  it('are used once, and only when they are complete', async () => {
    await expect(made(staged(1, 2))).rejects.toEqual(REFUSAL);
    const constants = staged(1, 2, 3);
    await made(constants);
    await expect(made(constants)).rejects.toEqual(REFUSAL);
    expect(() => addon.appendConstant(constants, 0, new Float32Array(0))).toThrow(REFUSAL);
  });

  const JUNK = [
    undefined,
    null,
    0,
    -1,
    Number.NaN,
    1.5,
    '0',
    {},
    [],
    () => {},
    new Uint8Array(4),
    new Float32Array(1),
    addon.createProgram(subtraction()),
  ];

  it('refuse junk', () => {
    for (const junk of JUNK) {
      expect(() => raw.stageConstants(junk)).toThrow(REFUSAL);
      expect(() => raw.createProgramAsync(subtraction(), junk, () => {})).toThrow(REFUSAL);
      expect(() => raw.appendConstant(junk, 0, new Float32Array(1))).toThrow(REFUSAL);
      if (junk !== 0) expect(() => raw.appendConstant(staged(1), junk, new Float32Array(1))).toThrow(REFUSAL);
      if (!(junk instanceof Float32Array)) expect(() => raw.appendConstant(staged(1), 0, junk)).toThrow(REFUSAL);
      if (typeof junk !== 'function') {
        expect(() => raw.createProgramAsync(subtraction(), staged(1, 2, 3), junk)).toThrow(REFUSAL);
      }
      expect(() => raw.createProgramAsync(junk, staged(1, 2, 3), () => {})).toThrow(REFUSAL);
    }
    for (const length of [-1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, 1e300]) {
      expect(() => addon.stageConstants(Float64Array.of(length))).toThrow(REFUSAL);
    }
  });

  it('are as many as the program has', async () => {
    await expect(made(addon.stageConstants(new Float64Array(0)))).rejects.toEqual(REFUSAL);
    await expect(made(addon.stageConstants(Float64Array.of(3)))).rejects.toEqual(REFUSAL);
  });
});
