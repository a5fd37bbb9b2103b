import { describe, expect, it, vi } from 'vitest';
import { toFloat32, toFloat64 } from '../../src/model/feed-numbers.js';

const SIGNED = [
  0n,
  1n,
  -1n,
  2n ** 31n,
  -(2n ** 31n),
  2n ** 32n,
  -(2n ** 32n) - 1n,
  2n ** 53n,
  2n ** 53n + 1n,
  -(2n ** 63n),
];
const UNSIGNED = [0n, 1n, 2n ** 32n - 1n, 2n ** 53n - 1n, 2n ** 63n + 2n ** 10n + 1n, 2n ** 64n - 1n];

describe('numbers of a feed', () => {
  it.each([
    ['BigInt64Array', BigInt64Array.from(SIGNED)],
    ['BigUint64Array', BigUint64Array.from(UNSIGNED)],
    ['a view of a BigInt64Array', BigInt64Array.from(SIGNED).subarray(3, 7)],
  ])('of a %s are what Number makes of them', (_, numbers) => {
    const wanted = Array.from(numbers, Number);
    expect([...toFloat64(numbers)]).toEqual(wanted);
    expect([...toFloat32(numbers)]).toEqual(wanted.map(Math.fround));
  });

  it.each([
    Int8Array.of(-128, 127),
    Uint8Array.of(0, 255),
    Int16Array.of(-32768, 32767),
    Uint16Array.of(65535),
    Int32Array.of(-(2 ** 31), 2 ** 31 - 1),
    Uint32Array.of(2 ** 32 - 1),
    Float64Array.of(0.1, Number.NaN, Number.POSITIVE_INFINITY),
  ])('of $constructor.name are the same', (...given) => {
    const [numbers] = given;
    expect([...toFloat64(numbers)]).toEqual([...numbers]);
    expect([...toFloat32(numbers)]).toEqual(Array.from(numbers, Math.fround));
  });

  it('that are float32 already are not copied', () => {
    const numbers = Float32Array.of(1, 2);
    expect([toFloat32(numbers), toFloat64(numbers)]).toEqual([numbers, numbers]);
    expect(toFloat32(numbers)).toBe(numbers);
  });

  it('are converted by no function that is called for each', () => {
    const from = [vi.spyOn(Float64Array, 'from'), vi.spyOn(Float32Array, 'from'), vi.spyOn(globalThis, 'Number')];
    toFloat32(new Int32Array(1000));
    toFloat64(new BigInt64Array(1000));
    for (const spy of from) {
      expect(spy).not.toHaveBeenCalled();
      spy.mockRestore();
    }
  });
});
