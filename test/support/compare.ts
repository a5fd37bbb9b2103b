import { expect } from 'vitest';

/** What the library promises: an error of at most this times the output's largest Σ|x·w|. */
export const TOLERANCE = 1e-5;

interface Answer {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
  readonly indices?: Int32Array;
}

function firstDifference(actual: ArrayLike<number>, expected: ArrayLike<number>, limit: number): string | undefined {
  for (let i = 0; i < expected.length; i++) {
    const [a, e] = [actual[i], expected[i]];
    // Infinities and NaN must stand where they should; `a === e` settles equal infinities.
    if (a === e || (Number.isNaN(a) && Number.isNaN(e)) || Math.abs(a - e) <= limit) continue;
    return `element ${i} is ${a}, expected ${e} ± ${limit}`;
  }
  return undefined;
}

/**
 * Asserts that a result has the expected shape, values within `scale` times the tolerance (0: equal as float32),
 * NaN exactly where expected, and the expected indices where both have some.
 */
export function expectAnswer(actual: Answer, expected: Answer, scale: number): void {
  expect(actual.shape).toEqual(expected.shape);
  expect(actual.values.length).toBe(expected.values.length);
  const rounded = Float32Array.from(expected.values);
  expect(firstDifference(actual.values, rounded, scale * TOLERANCE)).toBeUndefined();
  if (actual.indices === undefined || expected.indices === undefined) return;
  expect(actual.indices.length).toBe(expected.indices.length);
  expect(firstDifference(actual.indices, expected.indices, 0)).toBeUndefined();
}

/** Asserts that two results have the same bits; zeros by their sign too, NaN whatever its payload. */
export function expectIdentical(actual: Answer, expected: Answer): void {
  expect(actual.shape).toEqual(expected.shape);
  expect(firstUnlike(actual.values, expected.values)).toBeUndefined();
  expect(firstUnlike(actual.indices ?? [], expected.indices ?? [])).toBeUndefined();
}

function firstUnlike(actual: ArrayLike<number>, expected: ArrayLike<number>): string | undefined {
  if (actual.length !== expected.length) return `${actual.length} elements, expected ${expected.length}`;
  for (let i = 0; i < expected.length; i++) {
    if (!Object.is(actual[i], expected[i])) return `element ${i} is ${actual[i]}, expected ${expected[i]} exactly`;
  }
  return undefined;
}
