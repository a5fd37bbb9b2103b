import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Addon, ProgramHandle, ProgramSpec } from '../../../binding.js';
import { encodeProgram } from '../../../src/backend/wire.js';
import { SLOT_ARRAYS, SLOT_TYPES } from '../../../src/program/program.js';
import { ALGORITHMS, STEP_KINDS } from '../../../src/program/step.js';
import { EVERY_KIND } from './every-kind.js';
import { copyProgram } from './programs.js';

const addon = createRequire(import.meta.url)('../../../build/Release/convkit.node') as Addon;

const SEED = Number(process.env.CONVKIT_SEED ?? Date.now() % 2 ** 31);
const RUNS = Number(process.env.CONVKIT_FUZZ_RUNS ?? 3000);

/** Written past any buffering: a crash of this process has to leave the seed behind. */
const announce = (what: string) => writeSync(2, `${what}: CONVKIT_SEED=${SEED}\n`);

/** The program of a spec, unless that is refused. */
function create(spec: ProgramSpec): ProgramHandle | undefined {
  try {
    return addon.createProgram(spec);
  } catch (error) {
    expect(error).toMatchObject({ code: 'ERR_NATIVE' });
    return undefined;
  }
}

/** A spec is refused, or else its program runs, sync and async. */
async function tryOut(spec: ProgramSpec): Promise<'refused' | 'ran'> {
  const program = create(spec);
  if (program === undefined) return 'refused';
  const buffer = (slot: number) => {
    const size = spec.slotSizes[slot]!;
    const type = SLOT_TYPES[spec.slotTypes[slot]];
    return new SLOT_ARRAYS[type](size).fill(type === 'int32' ? 0 : 1.5);
  };
  const inputs = Array.from(spec.inputs, buffer);
  const outputs = Array.from(spec.outputs, buffer);
  try {
    addon.run(program, inputs, outputs);
  } catch (error) {
    expect(error).toMatchObject({ code: 'ERR_NATIVE' });
  }
  await new Promise<void>((resolve) => {
    addon.cancel(addon.runAsync(program, inputs, outputs, () => resolve()));
  });
  addon.dispose(program);
  return 'ran';
}

const interesting = fc.oneof(
  fc.integer({ min: -2, max: 40 }),
  fc.constantFrom(2 ** 31 - 1, -(2 ** 31), 2 ** 30, 2 ** 16, 2 ** 15, 65535, -65536, 100, 1000),
  fc.integer(),
);
const interestingDouble = fc.oneof(interesting, fc.double());

const change = fc.record({
  field: fc.constantFrom(
    'code',
    'code',
    'code',
    'slotSizes',
    'slotTypes',
    'inputs',
    'outputs',
    'constantSlots',
    'constantIds',
    'scalars',
  ),
  place: fc.nat(60),
  value: interestingDouble,
});

/** Where a step's geometry begins in its code, and how many numbers it has. */
function geometryOf(code: Int32Array): { start: number; count: number } {
  const results = 4 + code[3]!;
  const geometry = results + 1 + code[results]!;
  return { start: geometry + 1, count: code[geometry]! };
}

/** `spec` with another number in its code, and with the sizes of some slots, a bit each, changed to match. */
function changed(spec: ProgramSpec, place: number, value: number, slots: number): ProgramSpec | undefined {
  const code = spec.code.slice();
  const before = code[place]!;
  code[place] = value;
  const slotSizes = spec.slotSizes.slice();
  for (let slot = 0; slot < slotSizes.length; slot++) {
    if ((slots >> slot) % 2 === 0) continue;
    const size = value === 0 ? 0 : (slotSizes[slot]! * value) / before;
    // What the number does not divide it has no part in.
    if (!Number.isInteger(size)) return undefined;
    slotSizes[slot] = size;
  }
  const constants = spec.constants.map((constant, i) => {
    const size = slotSizes[spec.constantSlots[i]!]!;
    return constant.length === size ? constant : new Float32Array(size);
  });
  return { ...spec, code, slotSizes, constants };
}

describe('specs', () => {
  it.each(STEP_KINDS)('of %s, unchanged, run', async (kind) => {
    expect(await tryOut(encodeProgram(EVERY_KIND[kind]))).toBe('ran');
  });

  it.each(STEP_KINDS)('of %s, cut off anywhere, are refused', async (kind) => {
    const spec = encodeProgram(EVERY_KIND[kind]);
    for (let length = 0; length < spec.code.length; length++) {
      expect(await tryOut({ ...spec, code: spec.code.slice(0, length) })).toBe('refused');
    }
    for (let length = 0; length < spec.scalars.length; length++) {
      expect(await tryOut({ ...spec, scalars: spec.scalars.slice(0, length) })).toBe('refused');
    }
  });

  // Slots have to be as large as the numbers make them before these come to anything, which random changes seldom hit.
  it.each(STEP_KINDS)(
    'of %s, with small numbers in each place and slots to match, never do worse than throw',
    async (kind) => {
      const original = encodeProgram(EVERY_KIND[kind]);
      const { start, count } = geometryOf(original.code);
      const algorithms = kind === 'conv' || kind === 'convTranspose' ? ALGORITHMS.keys() : [0];
      const subsets = 2 ** original.slotSizes.length;
      for (const algorithm of algorithms) {
        const spec = { ...original, code: original.code.with(1, algorithm) };
        for (let place = start; place < start + count; place++) {
          for (const value of [0, 1, 2, 3]) {
            for (let slots = 0; slots < subsets; slots++) {
              const attempt = changed(spec, place, value, slots);
              if (attempt !== undefined) await tryOut(attempt);
            }
          }
        }
      }
    },
  );

  it.each(STEP_KINDS)('of %s, with a number out of range in each place, never do worse than throw', async (kind) => {
    const spec = encodeProgram(EVERY_KIND[kind]);
    for (let place = 0; place < spec.code.length; place++) {
      for (const value of [-1, -2, -(2 ** 31), 2 ** 31 - 1, 2 ** 30, 2 ** 16, 65537]) {
        await tryOut({ ...spec, code: spec.code.with(place, value) });
      }
    }
    for (let place = 0; place < spec.scalars.length; place++) {
      for (const value of [0, -0, -1, Infinity, -Infinity, Number.NaN, 1e300, 2 ** 31]) {
        await tryOut({ ...spec, scalars: spec.scalars.with(place, value) });
      }
    }
  });

  it('with changed numbers never do worse than throw', async () => {
    announce('changed specs');
    let ran = 0;
    const property = fc.asyncProperty(
      fc.constantFrom(...STEP_KINDS),
      fc.array(change, { maxLength: 4 }),
      async (kind, changes) => {
        const spec = encodeProgram(EVERY_KIND[kind]);
        for (const { field, place, value } of changes) {
          const array = spec[field as keyof ProgramSpec] as Int32Array;
          if (array.length > 0) array[place % array.length] = value;
        }
        // What the process could not hold twice over is created, but not run: a slot may be larger than the part of it
        // that a step reads.
        if (spec.slotSizes.some((size) => size > 1e6)) {
          create(spec);
          return;
        }
        if ((await tryOut(spec)) === 'ran') ran++;
      },
    );
    await fc.assert(property, { seed: SEED, numRuns: RUNS });
    // Else the changes are too wild to get past the first check.
    expect(ran).toBeGreaterThan(RUNS / 20);
  });

  it('of random numbers never do worse than throw', async () => {
    announce('random specs');
    const ints = fc.array(interesting, { maxLength: 60 }).map((list) => Int32Array.from(list));
    const doubles = fc.array(interestingDouble, { maxLength: 8 }).map((list) => Float64Array.from(list));
    const spec = fc.record<ProgramSpec>({
      slotSizes: doubles,
      slotTypes: fc.array(fc.nat(3), { maxLength: 8 }).map((list) => Uint8Array.from(list)),
      inputs: fc.array(interesting, { maxLength: 4 }).map((list) => Int32Array.from(list)),
      outputs: fc.array(interesting, { maxLength: 4 }).map((list) => Int32Array.from(list)),
      constantSlots: fc.array(interesting, { maxLength: 2 }).map((list) => Int32Array.from(list)),
      constantIds: fc.array(interesting, { maxLength: 2 }).map((list) => Float64Array.from(list)),
      constants: fc.array(
        fc.nat(20).map((length) => new Float32Array(length)),
        { maxLength: 2 },
      ),
      code: ints,
      scalars: doubles,
      threads: fc.constantFrom(0, 1, 1024),
    });
    await fc.assert(
      fc.asyncProperty(spec, async (random) => {
        fc.pre(!random.slotSizes.some((size) => size > 1e6));
        await tryOut(random);
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });

  it('of more memory than there is are refused', () => {
    const spec = encodeProgram(copyProgram(4));
    for (const size of [2 ** 31, 2 ** 53, 1e300, Infinity, Number.NaN, -1, 0.5]) {
      const call = () => addon.createProgram({ ...spec, slotSizes: Float64Array.of(size, size) });
      expect(call).toThrow(expect.objectContaining({ code: 'ERR_NATIVE' }));
    }
  });
});
