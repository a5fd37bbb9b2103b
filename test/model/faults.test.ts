import { readFileSync } from 'node:fs';
import { loadModel, type Tensor } from 'convkit';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../layers/support.js';

/** Numbers that JSON does not have are written out: "NaN", "Infinity". */
type StoredNumber = number | string;

interface StoredFeed {
  readonly data: readonly StoredNumber[];
  readonly shape: readonly number[];
  /** Of the array that is fed, which need not be the type of the model's input. */
  readonly type: keyof typeof ARRAYS;
}

/** Something that once came out wrong: a small model, what it is fed, and what is known of its first output. */
interface Fault {
  readonly model: string;
  readonly what: string;
  readonly feeds: Readonly<Record<string, StoredFeed>>;
  readonly shape?: readonly number[];
  readonly values?: readonly StoredNumber[];
  /** Single values, by flat index. */
  readonly at?: Readonly<Record<string, StoredNumber>>;
  /** What the message of the error contains. */
  readonly error?: string;
  /** Where the expectation comes from. */
  readonly source: string;
}

const ARRAYS = {
  float32: (data: readonly number[]) => Float32Array.from(data),
  uint8: (data: readonly number[]) => Uint8Array.from(data),
  int64: (data: readonly number[]) => BigInt64Array.from(data, BigInt),
};

const folder = new URL('../fixtures/faults/', import.meta.url);
const FAULTS = JSON.parse(readFileSync(new URL('cases.json', folder), 'utf8')) as readonly Fault[];

function feedsOf({ feeds }: Fault) {
  return Object.fromEntries(
    Object.entries(feeds).map(([name, { data, shape, type }]) => {
      return [name, { data: ARRAYS[type](data.map(Number)), shape }];
    }),
  );
}

/** Fractions are stored with at least four decimals, whole numbers as they are. */
function expectValue(actual: number | undefined, expected: StoredNumber, index: number): void {
  const value = Number(expected);
  const most = Number.isInteger(value) ? 0 : 0.6e-4;
  expect(Math.abs(Number(actual) - value), `element ${index} is ${actual}, expected ${value}`).toBeLessThanOrEqual(
    most,
  );
}

function expectResult({ shape, values, at = {} }: Fault, y: Tensor): void {
  if (shape !== undefined) expect(y.shape).toEqual(shape);
  if (values !== undefined) expect(y.size).toBe(values.length);
  for (const value of y.data) expect(value).toBeGreaterThan(Number.NEGATIVE_INFINITY);
  for (const [index, value] of [...Object.entries(values ?? {}), ...Object.entries(at)]) {
    expectValue(y.data[Number(index)], value, Number(index));
  }
}

describe('What once came out wrong', () => {
  onEachBackend(() => {
    it.each(FAULTS.map((fault) => [fault.what, fault] as const))('%s', async (_what, fault) => {
      const model = await loadModel(readFileSync(new URL(fault.model, folder)));
      const feeds = feedsOf(fault);
      if (fault.error !== undefined) {
        expect(() => model.runSync(feeds)).toThrow(fault.error);
        await expect(model.run(feeds)).rejects.toThrow(fault.error);
      } else {
        for (const results of [model.runSync(feeds), await model.run(feeds)]) {
          expectResult(fault, Object.values(results)[0]);
        }
      }
      model.dispose();
    });
  });
});
