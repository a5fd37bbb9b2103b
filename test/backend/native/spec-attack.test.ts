import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Addon, ProgramHandle, ProgramSpec } from '../../../binding.js';
import { encodeProgram } from '../../../src/backend/wire.js';
import { SLOT_ARRAYS, SLOT_TYPES } from '../../../src/program/program.js';
import { STEP_KINDS } from '../../../src/program/step.js';
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

  it('with changed numbers never do worse than throw', { timeout: 120_000 }, async () => {
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
