import { describe, expect, test } from 'vitest';
import { argumentsOf, SUM_CASES, type SumCase, sizesOf, sumAt } from '../cases/long-sums.js';
import { assertBackendTook } from '../support/backend.js';
import { drawValues } from '../support/random.js';
import { call } from '../support/run.js';

assertBackendTook();

/** What the README promises is 1e-5. */
const TOLERANCE = 5e-6;

/** Rounding errs in one direction where values are alike. */
const DATA = {
  constant: (count: number, seed: number) => new Float32Array(count).fill(seed === 1 ? 1.1 : 0.7),
  positive: (count: number, seed: number) => drawValues(count, seed, { positive: true }),
  random: (count: number, seed: number) => drawValues(count, seed),
} as const;

function nameOf({ op, channels, outputs, groups = 1, stride = 1, input, kernel, algorithm }: SumCase): string {
  const sizes = `${channels} to ${outputs} channels, ${kernel.join('×')} on ${input.join('×')}`;
  return `${op} by ${algorithm ?? 'auto'}: ${sizes}, groups ${groups}, stride ${stride}`;
}

/** The first, the last and one in the middle. */
const some = (count: number) => [...new Set([0, count >> 1, count - 1])];

/** The places of an output along its last three axes; a matrix has its rows' channels side by side. */
function outputOf(one: SumCase, shape: readonly number[]): { planes: readonly number[]; rows: boolean } {
  if (one.op === 'linear') return { planes: [1, 1, shape[0]!], rows: true };
  const spatial = one.op === 'convolve' || one.op === 'correlate' ? shape : shape.slice(2);
  return { planes: [1, 1, ...spatial].slice(-3), rows: false };
}

describe.each(Object.entries(DATA))('long sums of %s data are near to what they are', (_kind, draw) => {
  test.each(SUM_CASES.map((one) => [nameOf(one), one] as const))('%s', (_name, one) => {
    const sizes = sizesOf(one);
    const x = draw(sizes.x, 1);
    const weight = draw(sizes.weight, 2);
    const { shape, values } = call(one.op, argumentsOf(one, x, weight));
    const { planes, rows } = outputOf(one, shape);
    const [depth = 1, height = 1, width = 1] = planes;
    for (const output of some(one.outputs)) {
      for (const place of some(depth * height * width)) {
        const w = place % width;
        const h = Math.floor(place / width) % height;
        const d = Math.floor(place / width / height);
        const { value, magnitude } = sumAt(one, x, weight, output, [d, h, w]);
        const at = rows ? w * one.outputs + output : output * depth * height * width + place;
        expect(Math.abs(values[at]! - value)).toBeLessThanOrEqual(TOLERANCE * magnitude);
      }
    }
  });
});
