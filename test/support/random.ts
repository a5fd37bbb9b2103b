/** What a drawn tensor holds; scripts/make-fixtures.py draws the same values from the same words. */
export interface Draw {
  /** Whole numbers in −m … m instead of reals in [−1, 1). */
  readonly integers?: number;
  /** Reals in [1/2, 1). */
  readonly positive?: boolean;
  /** A power of two that multiplies every value. */
  readonly times?: number;
  /** Single elements replaced, by flat index: 'NaN', 'Infinity' or '-Infinity'. */
  readonly special?: Readonly<Record<string, string>>;
}

/** lowbias32 by Chris Wellons: a bijection of 32-bit integers without visible pattern. */
export function hash32(value: number): number {
  let x = value >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/** `count` values, each exact in float32, that depend on nothing but their index, the seed and the draw. */
export function drawValues(count: number, seed: number, draw: Draw = {}): Float32Array {
  const { integers, positive = false, times = 1, special = {} } = draw;
  const start = Math.imul(seed, 0x9e3779b9);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const bits = hash32(start + i);
    let value = (bits >>> 8) / 2 ** 23 - 1;
    if (integers !== undefined) value = (bits % (2 * integers + 1)) - integers;
    else if (positive) value = 0.5 + (bits >>> 9) / 2 ** 24;
    values[i] = value * times;
  }
  for (const [index, name] of Object.entries(special)) values[Number(index)] = Number(name);
  return values;
}
