import { describe, expect, it } from 'vitest';
import { encodeProgram } from '../../../src/backend/wire.js';
import { UnsupportedError } from '../../../src/errors.js';
import { ProgramBuilder } from '../../../src/program/builder.js';
import type { Program } from '../../../src/program/program.js';
import { ACTIVATION_KINDS, NO_SLOT, STEP_KINDS } from '../../../src/program/step.js';
import { convGeometry, copyProgram } from './programs.js';

function convThenMaxPool(): Program {
  const builder = new ProgramBuilder();
  const x = builder.input(2 * 4 * 4);
  const weight = builder.constant(new Float32Array(2 * 2 * 9));
  const y = builder.slot(2 * 4 * 4);
  const activation = { kind: 'clip', alpha: -Infinity, beta: 6.5 } as const;
  builder.step('conv', convGeometry(2, 4), [x, weight, NO_SLOT, x, NO_SLOT], [y], {
    activation,
    algorithm: 'winograd',
  });
  const pooled = builder.slot(2 * 16);
  const { inChannels: channels, outChannels: _, groups: __, ...window } = convGeometry(2, 4);
  builder.step('lpPool', { channels, ...window }, [y], [pooled], { scalars: [2.5] });
  builder.output(pooled);
  builder.output(y);
  return builder.build();
}

describe('encodeProgram', () => {
  it('numbers slots, inputs, outputs and constants', () => {
    const program = convThenMaxPool();
    const spec = encodeProgram(program);
    expect(spec.slotSizes).toEqual(Float64Array.of(32, 36, 32, 32));
    expect(spec.slotTypes).toEqual(Uint8Array.of(0, 0, 0, 0));
    expect(spec.inputs).toEqual(Int32Array.of(0));
    expect(spec.outputs).toEqual(Int32Array.of(3, 2));
    expect(spec.constantSlots).toEqual(Int32Array.of(1));
    expect(spec.constants[0]).toBe(program.constants[0]?.data);
  });

  it('writes each step as binding.d.ts says', () => {
    const { code, scalars } = encodeProgram(convThenMaxPool());
    const window = [1, 4, 4, 1, 4, 4, 1, 3, 3, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1];
    const conv = [0, 3, 10, 5, 0, 1, -1, 0, -1, 1, 2, 25, 1, 2, 2, 1, ...window, 0];
    const lpPool = [4, 0, 0, 1, 2, 1, 3, 23, 1, 2, ...window, 1];
    expect([...code]).toEqual([...conv, ...lpPool]);
    expect([...scalars]).toEqual([-Infinity, 6.5, 0, 0, 2.5]);
  });

  it('marks int32 slots', () => {
    const builder = new ProgramBuilder();
    builder.input(3, 'int32');
    builder.input(3);
    expect(encodeProgram(builder.build()).slotTypes).toEqual(Uint8Array.of(1, 0));
  });

  it('numbers kinds and activations by their place in the tables', () => {
    expect(STEP_KINDS.indexOf('reshape')).toBe(16);
    expect(encodeProgram(copyProgram(5)).code[0]).toBe(16);
    expect(ACTIVATION_KINDS.indexOf('prelu')).toBe(12);
  });

  it.each([2 ** 31, 1.5, Number.NaN, Infinity])('refuses the geometry value %s instead of wrapping it', (size) => {
    const builder = new ProgramBuilder();
    const x = builder.input(1);
    builder.step('reshape', { size }, [x], [builder.slot(1)]);
    expect(() => encodeProgram(builder.build())).toThrow(UnsupportedError);
    expect(() => encodeProgram(builder.build())).toThrow('reshape: size');
  });
});
