/** Whole numbers from 0 to 2^32 − 1. */
export type RandomSource = () => number;

/** xoshiro128** by Blackman and Vigna, 2018: a period of 2^128 − 1 from four words of state, not all of them 0. */
export function xoshiro128(state: readonly [number, number, number, number]): RandomSource {
  let [a, b, c, d] = state;
  return () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result;
  };
}

/**
 * A source for a seed, the same on every machine; the name makes it a stream of its own.
 *
 * A case's interval then depends on nothing but its samples and the seed, whatever other cases a file has.
 */
export function randomStream(seed: number, name: string): RandomSource {
  let hash = mix(seed | 0);
  for (const byte of new TextEncoder().encode(name)) hash = mix(hash ^ byte);
  // Never four zeros: the mixing is a bijection, and the four arguments differ.
  const word = (index: number) => mix(hash + Math.imul(index, 0x9e3779b9));
  return xoshiro128([word(1), word(2), word(3), word(4)]);
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** MurmurHash3's finalizer by Austin Appleby, a bijection of 32-bit words, of the word's successor: it maps 0 to 0. */
function mix(word: number): number {
  let mixed = (word + 1) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
