/** A tensor in float64: [batch, channels, depth, height, width] inside the reference. */
export interface Volume {
  readonly data: Float64Array;
  readonly shape: readonly number[];
}

/** What the definition of an operator gives. */
export interface Expected {
  readonly shape: readonly number[];
  readonly values: Float64Array;
  readonly indices?: Int32Array;
  /** Largest sum of magnitudes behind any one output: what a tolerance is relative to. */
  readonly scale: number;
}

/** Options as a test wrote them. */
export type Options = Readonly<Record<string, unknown>>;

export type Triple = readonly [number, number, number];

/** Calls `visit` for every point of a box, last axis fastest. */
export function forEachPoint([a, b, c]: Triple, visit: (i: number, j: number, k: number) => void): void {
  for (let i = 0; i < a; i++) for (let j = 0; j < b; j++) for (let k = 0; k < c; k++) visit(i, j, k);
}

/** The magnitude that a term adds to a scale; what is not finite takes no part in a tolerance. */
export function magnitude(value: number): number {
  return Number.isFinite(value) ? Math.abs(value) : 0;
}

export function largest(values: Iterable<number>): number {
  let most = 0;
  for (const value of values) most = Math.max(most, magnitude(value));
  return most;
}
