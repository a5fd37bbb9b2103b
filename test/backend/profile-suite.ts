import { describe, expect, it } from 'vitest';
import type { Backend } from '../../src/backend/backend.js';
import { ProgramBuilder } from '../../src/program/builder.js';
import type { Program } from '../../src/program/program.js';
import { NO_SLOT } from '../../src/program/step.js';
import { convGeometry, copyProgram, unpoolProgram } from './native/programs.js';

const CHANNELS = 16;
const SIDE = 24;
const VALUES = CHANNELS * SIDE * SIDE;
const CHANNEL = { outer: 1, channels: CHANNELS, inner: SIDE * SIDE };

/** conv · activation · reshape · conv, of which the first convolution's result is an output too. */
function network(): Program {
  const builder = new ProgramBuilder();
  const x = builder.input(VALUES);
  const weight = builder.constant(new Float32Array(CHANNELS * CHANNELS * 9).fill(0.01));
  const [first, active, flat, y] = Array.from({ length: 4 }, () => builder.slot(VALUES));
  builder.step('conv', convGeometry(CHANNELS, SIDE), [x, weight, NO_SLOT, NO_SLOT, NO_SLOT], [first]);
  builder.step('activation', CHANNEL, [first, NO_SLOT, NO_SLOT], [active], {
    activation: { kind: 'relu', alpha: 0, beta: 0 },
  });
  builder.step('reshape', { size: VALUES }, [active], [flat]);
  builder.step('conv', convGeometry(CHANNELS, SIDE), [flat, weight, NO_SLOT, NO_SLOT, NO_SLOT], [y]);
  builder.output(y);
  builder.output(first);
  return builder.build();
}

const input = Float32Array.from({ length: VALUES }, (_, i) => ((i * 7) % 11) - 5);
const outputs = () => [new Float32Array(VALUES), new Float32Array(VALUES)];

/** What every backend's executables tell of themselves. */
export function describeProfiles(backend: Backend): void {
  describe('profile', () => {
    it('computes what run computes', () => {
      const executable = backend.compile(network());
      const [ran, profiled] = [outputs(), outputs()];
      executable.run([input], ran);
      executable.profile([input], profiled);
      expect(profiled).toEqual(ran);
    });

    it('times every step, and together no more than the call', () => {
      const executable = backend.compile(network());
      const start = performance.now();
      const nanoseconds = executable.profile([input], outputs());
      const whole = 1e6 * (performance.now() - start);
      expect(nanoseconds).toBeInstanceOf(Float64Array);
      expect(nanoseconds).toHaveLength(4);
      const [conv = 0, activation = 0, , last = 0] = nanoseconds;
      for (const time of [conv, activation, last]) expect(time).toBeGreaterThan(0);
      expect(nanoseconds.every((time) => time >= 0)).toBe(true);
      // A millisecond for clocks that are not the same.
      expect(nanoseconds.reduce((sum, time) => sum + time)).toBeLessThan(whole + 1e6);
    });

    it('takes a program without steps', () => {
      const builder = new ProgramBuilder();
      builder.output(builder.input(6));
      const output = new Float32Array(6);
      expect(backend.compile(builder.build()).profile([new Float32Array(6).fill(3)], [output])).toHaveLength(0);
      expect(output).toEqual(new Float32Array(6).fill(3));
    });

    it('leaves the outputs alone where the run fails', () => {
      const output = new Float32Array(4).fill(-7);
      const executable = backend.compile(unpoolProgram());
      expect(() => executable.profile([new Float32Array(2), Int32Array.of(0, 4)], [output])).toThrow(
        expect.objectContaining({ code: 'ERR_ARGUMENT' }),
      );
      expect(output).toEqual(new Float32Array(4).fill(-7));
    });

    it('refuses arrays of the wrong length', () => {
      const executable = backend.compile(copyProgram(4));
      expect(() => executable.profile([new Float32Array(5)], [new Float32Array(4)])).toThrow();
      expect(() => executable.profile([new Float32Array(4)], [])).toThrow();
    });

    it('refuses a program that was disposed of', () => {
      const executable = backend.compile(copyProgram(4));
      executable.dispose();
      expect(() => executable.profile([new Float32Array(4)], [new Float32Array(4)])).toThrow(/disposed/);
    });
  });

  describe('memory', () => {
    it('counts weights, and values between steps', () => {
      const { arenaBytes, residentBytes } = backend.compile(network()).memory();
      expect(residentBytes).toBeGreaterThanOrEqual(4 * CHANNELS * CHANNELS * 9);
      expect(arenaBytes).toBeGreaterThanOrEqual(4 * VALUES);
    });

    it('is nothing where a value is only copied', () => {
      expect(backend.compile(copyProgram(4)).memory()).toEqual({ arenaBytes: 0, residentBytes: 0 });
    });
  });
}
