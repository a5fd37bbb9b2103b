import fc from 'fast-check';
import { drawValues, hash32 } from '../support/random.js';

export const upTo = (max: number, min = 1) => fc.integer({ min, max });

/** Small ones, and some that straddle the widths of vectors. */
export const extent = fc.oneof(upTo(5), fc.constantFrom(7, 8, 9, 15, 16, 17, 31, 33));

/** How the values of an operand are drawn. */
export type Draw = 'integers' | 'special' | 'real' | 'positive' | 'wide';

const SPECIAL = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0.5, -1.5];

const DRAWS: Readonly<Record<Draw, (count: number, seed: number) => Float32Array>> = {
  integers: (count, seed) => drawValues(count, seed, { integers: 5 }),
  /** Whole numbers among which are some that are none. */
  special: (count, seed) => {
    return drawValues(count, seed, { integers: 5 }).map((value, i) => {
      const bits = hash32(Math.imul(seed + 1, 0x9e3779b9) ^ i);
      return bits % 5 === 0 ? SPECIAL[(bits >>> 8) % SPECIAL.length] : value;
    });
  },
  real: (count, seed) => drawValues(count, seed),
  positive: (count, seed) => drawValues(count, seed, { positive: true, times: 2 }),
  wide: (count, seed) => drawValues(count, seed, { times: 8 }),
};

export function draw(how: Draw, count: number, seed: number): Float32Array {
  return DRAWS[how](count, seed);
}
