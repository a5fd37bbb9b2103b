import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { Addon, ProgramHandle, ProgramSpec } from '../../binding.js';
import { encodeProgram } from '../../src/backend/wire.js';
import { EVERY_KIND } from './native/every-kind.js';
import { copyProgram, longProgram } from './native/programs.js';

const addon = createRequire(import.meta.url)('../../build/Release/convkit.node') as Addon;

/** The same functions, to be called with anything. */
const raw = addon as unknown as Record<keyof Addon, (...args: unknown[]) => unknown>;

type Buffers = (Float32Array | Int32Array)[];

const copySpec = () => encodeProgram(copyProgram(4));
const copy = addon.createProgram(copySpec());

/** Whatever happens has to be an Error with the addon's code. */
function expectRefusal(call: () => unknown): void {
  expect(call).toThrow(expect.objectContaining({ code: 'ERR_NATIVE', message: expect.stringMatching(/\w/) }));
}

/**
 * Node 24 to 26 end in SIGSEGV where any external value, one of their own too, becomes a prototype: V8 takes the map of the
 * value for one of an ordinary object. An addon cannot prevent it. Later versions are asked rather than named.
 */
function diesOfPrototypes(): boolean {
  const ask =
    "const s = require('net').createServer().listen(0, () => { Object.create(s._handle._externalStream); s.close(); })";
  return spawnSync(process.execPath, ['-e', ask]).status !== 0;
}

const JUNK: readonly unknown[] = [
  undefined,
  null,
  true,
  0,
  -1,
  Number.NaN,
  1e300,
  10n,
  'program',
  Symbol('program'),
  {},
  [],
  [[]],
  [null],
  () => {},
  new Float32Array(4),
  new Uint8Array(4),
  new ArrayBuffer(16),
  new DataView(new ArrayBuffer(16)),
  new Proxy([], {}),
  Object.create(null),
  new Date(),
];

describe('arguments of the wrong type', () => {
  it.each([
    'createProgram',
    'run',
    'profile',
    'runAsync',
    'dispose',
    'describe',
    'memory',
    'cancel',
    'setThreads',
    'stageConstants',
    'appendConstant',
    'createProgramAsync',
  ] as const)('%s refuses junk', (name) => {
    expectRefusal(() => raw[name]());
    for (const junk of JUNK) {
      if (typeof junk === 'number' && name === 'cancel') continue;
      expectRefusal(() => raw[name](junk));
      expectRefusal(() => raw[name](junk, junk, junk, junk));
    }
  });

  it.each([0, -1, 1.5, 1025, 2 ** 32 + 1, Number.NaN, Infinity])('setThreads(%s)', (threads) => {
    expectRefusal(() => addon.setThreads(threads));
  });

  it('every place of a run refuses junk', () => {
    const good = [copy, [new Float32Array(4)], [new Float32Array(4)], () => {}];
    for (const junk of JUNK) {
      for (let place = 0; place < good.length; place++) {
        if (place === 3 && typeof junk === 'function') continue;
        const args: unknown[] = [...good];
        args[place] = junk;
        expectRefusal(() => raw.runAsync(...args));
        if (place < 3) expectRefusal(() => raw.run(...args));
        if (place < 3) expectRefusal(() => raw.profile(...args));
      }
    }
  });

  it('every field of a spec refuses junk', () => {
    for (const field of Object.keys(copySpec())) {
      for (const junk of [...JUNK, new Int16Array(2), new BigInt64Array(2)]) {
        const spec = copySpec();
        // An empty array is the right list of constants, and one that says so by its length alone is not.
        if (field === 'constants' && Array.isArray(junk) && junk.length === 0) continue;
        if (Object.getPrototypeOf(spec[field as keyof ProgramSpec]) === Object.getPrototypeOf(junk ?? 0)) continue;
        expectRefusal(() => raw.createProgram({ ...spec, [field]: junk }));
      }
    }
  });

  it('every place of a staged constant refuses junk, and of the program that is made of it', () => {
    for (const junk of JUNK) {
      const staged = addon.stageConstants(Float64Array.of(4));
      expectRefusal(() => raw.appendConstant(junk, 0, new Float32Array(1)));
      if (junk !== 0) expectRefusal(() => raw.appendConstant(staged, junk, new Float32Array(1)));
      if (!(junk instanceof Float32Array)) expectRefusal(() => raw.appendConstant(staged, 0, junk));
      expectRefusal(() => raw.createProgramAsync(copySpec(), junk, () => {}));
      if (typeof junk !== 'function') expectRefusal(() => raw.createProgramAsync(copySpec(), staged, junk));
      expectRefusal(() => raw.createProgramAsync(junk, addon.stageConstants(new Float64Array()), () => {}));
    }
  });

  it.each([-1, Number.NaN, Infinity, 2 ** 31, 1e300])('stageConstants refuses a length of %s', (length) => {
    expectRefusal(() => addon.stageConstants(Float64Array.of(1, length)));
  });

  it('stageConstants of more than there is gives all of it back', () => {
    expectRefusal(() => addon.stageConstants(new Float64Array(100_000).fill(2 ** 31 - 1)));
    expect(() => addon.stageConstants(Float64Array.of(4))).not.toThrow();
  });

  it('memoryUse and releaseMemory look at no argument', () => {
    for (const junk of JUNK) {
      expect(Object.keys(raw.memoryUse(junk) as object)).toEqual(['lent', 'lost', 'cached']);
      expect(raw.releaseMemory(junk)).toBeGreaterThanOrEqual(0);
    }
  });

  it('cancel ignores ids of no run', () => {
    for (const id of [0, -1, 1.5, 12345678, 1e300, Number.NaN, -Infinity]) {
      expect(() => addon.cancel(id)).not.toThrow();
    }
  });
});

describe('handles', () => {
  it('of other addons are refused', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, resolve));
    const foreign = (server as unknown as { _handle: { _externalStream: unknown } })._handle._externalStream;
    expect(typeof foreign).toBe('object');
    const staged = addon.stageConstants(new Float64Array());
    for (const handle of [foreign, staged]) {
      for (const call of [raw.dispose, raw.describe, raw.run]) {
        expectRefusal(() => call(handle, [new Float32Array(4)], [new Float32Array(4)]));
      }
    }
    for (const handle of [foreign, copy]) {
      expectRefusal(() => raw.appendConstant(handle, 0, new Float32Array(1)));
      expectRefusal(() => raw.createProgramAsync(copySpec(), handle, () => {}));
    }
    await new Promise((resolve) => server.close(resolve));
  });

  it('that were disposed of are refused, except for disposing again', () => {
    const program = addon.createProgram(copySpec());
    addon.dispose(program);
    expectRefusal(() => addon.run(program, [new Float32Array(4)], [new Float32Array(4)]));
    expectRefusal(() => addon.runAsync(program, [new Float32Array(4)], [new Float32Array(4)], () => {}));
    expectRefusal(() => addon.describe(program));
    expect(() => addon.dispose(program)).not.toThrow();
  });

  it('have no keys', () => {
    expect(Reflect.ownKeys(addon.createProgram(copySpec()) as object)).toEqual([]);
  });

  it.skipIf(diesOfPrototypes())('survive being used as prototypes', () => {
    const handle = addon.createProgram(copySpec());
    expectRefusal(() => addon.describe(Object.create(handle as object) as ProgramHandle));
  });
});

describe('buffers', () => {
  const shared = new ArrayBuffer(64);
  const detached = new Float32Array(4);
  structuredClone(detached, { transfer: [detached.buffer] });
  const Resizable = ArrayBuffer as new (length: number, options: object) => ArrayBuffer;
  const Growable = SharedArrayBuffer as new (length: number, options: object) => SharedArrayBuffer;
  const resizable = () => new Float32Array(new Resizable(16, { maxByteLength: 64 }));
  const growable = () => new Float32Array(new Growable(16, { maxByteLength: 64 }));
  const cases: readonly [string, Buffers, Buffers][] = [
    ['too few', [], [new Float32Array(4)]],
    ['too many', [new Float32Array(4), new Float32Array(4)], [new Float32Array(4)]],
    ['no output', [new Float32Array(4)], []],
    ['short input', [new Float32Array(3)], [new Float32Array(4)]],
    ['long input', [new Float32Array(5)], [new Float32Array(4)]],
    ['short output', [new Float32Array(4)], [new Float32Array(3)]],
    ['integers for floats', [new Int32Array(4)], [new Float32Array(4)]],
    ['integers as output', [new Float32Array(4)], [new Int32Array(4)]],
    ['bytes', [new Uint8Array(4) as never], [new Float32Array(4)]],
    ['doubles', [new Float32Array(4)], [new Float64Array(4) as never]],
    ['detached input', [detached], [new Float32Array(4)]],
    ['detached output', [new Float32Array(4)], [detached]],
    ['resizable input', [resizable()], [new Float32Array(4)]],
    ['resizable output', [new Float32Array(4)], [resizable()]],
    ['growable shared input', [growable()], [new Float32Array(4)]],
    ['the same array twice', [new Float32Array(shared, 0, 4)], [new Float32Array(shared, 0, 4)]],
    ['output over the end of the input', [new Float32Array(shared, 0, 4)], [new Float32Array(shared, 12, 4)]],
    ['input over the end of the output', [new Float32Array(shared, 28, 4)], [new Float32Array(shared, 16, 4)]],
  ];

  it.each(cases)('%s', (_, inputs, outputs) => {
    expectRefusal(() => addon.run(copy, inputs, outputs));
    expectRefusal(() => addon.runAsync(copy, inputs, outputs, () => expect.unreachable()));
  });

  it('side by side are fine', () => {
    const output = new Float32Array(shared, 16, 4);
    addon.run(copy, [new Float32Array(shared, 0, 4).fill(3)], [output]);
    expect([...output]).toEqual([3, 3, 3, 3]);
  });

  it('outputs over one another are refused', () => {
    const spec = encodeProgram(EVERY_KIND.maxPool);
    const pool = addon.createProgram(spec);
    const bytes = new ArrayBuffer(spec.slotSizes[1]! * 4);
    const outputs = [new Float32Array(bytes), new Int32Array(bytes)];
    expectRefusal(() => addon.run(pool, [new Float32Array(spec.slotSizes[0]!)], outputs));
  });

  it('that vanish while the arguments are read are refused', () => {
    const input = new Float32Array(4);
    const trap = [new Float32Array(4)];
    Object.defineProperty(trap, 0, {
      get() {
        if (input.length > 0) structuredClone(input, { transfer: [input.buffer] });
        return new Float32Array(4);
      },
    });
    expectRefusal(() => addon.run(copy, [input], trap));
  });

  it('that vanish while a spec is read are refused', () => {
    const spec = copySpec();
    const { code } = spec;
    Object.defineProperty(spec, 'constants', {
      get() {
        structuredClone(code, { transfer: [code.buffer as ArrayBuffer] });
        return [];
      },
    });
    expectRefusal(() => addon.createProgram(spec));
  });

  it('staged constants cannot be filled nor used again while the spec is read', () => {
    const staged = addon.stageConstants(new Float64Array());
    const spec = copySpec();
    const { code } = spec;
    const errors: unknown[] = [];
    Object.defineProperty(spec, 'code', {
      get() {
        for (const call of [
          () => addon.appendConstant(staged, 0, new Float32Array(0)),
          () => addon.createProgramAsync(copySpec(), staged, () => expect.unreachable()),
        ]) {
          try {
            call();
          } catch (error) {
            errors.push(error);
          }
        }
        return code;
      },
    });
    addon.cancel(addon.createProgramAsync(spec, staged, () => {}));
    expect(errors).toHaveLength(2);
  });

  it('exceptions of getters come through as they are', () => {
    const spec = Object.defineProperty(copySpec(), 'code', {
      get() {
        throw new RangeError('from the getter');
      },
    });
    expect(() => addon.createProgram(spec)).toThrow(RangeError);
  });
});

describe('asynchronous runs', () => {
  it('survive disposal, cancellation and collection in any order', async () => {
    const spec = encodeProgram(longProgram(1));
    const size = spec.slotSizes[spec.inputs[0]!]!;
    const ends: (string | undefined)[] = [];
    let expected = 0;
    for (let i = 0; i < 12; i++) {
      const program = addon.createProgram(spec);
      const done = (error?: Error & { code?: string }) => ends.push(error?.code);
      const run = addon.runAsync(program, [new Float32Array(size)], [new Float32Array(size)], done);
      expected++;
      if (i % 2 === 0) addon.dispose(program);
      if (i % 3 === 0) addon.cancel(run);
    }
    while (ends.length < expected) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(ends.filter((code) => code === 'ERR_CANCELLED')).toHaveLength(4);
    expect(ends.filter((code) => code === undefined)).toHaveLength(8);
  });
});
