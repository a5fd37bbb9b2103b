import { describe, expect, it } from 'vitest';
import { largest, lineOf } from '../../../src/cli/run/line.js';

describe('the largest values', () => {
  it('are those of a sort, the first of equal ones first, and NaN last', () => {
    const values = Float32Array.from({ length: 500 }, (_, i) => (i % 41 === 7 ? Number.NaN : (i * 7919) % 101));
    const worth = (place: number) => (Number.isNaN(values[place]) ? Number.NEGATIVE_INFINITY : values[place]);
    const sorted = [...values.keys()].sort((a, b) => worth(b) - worth(a) || a - b);
    for (const count of [1, 5, 100, 500, 1000]) expect(largest(values, count)).toEqual(sorted.slice(0, count));
  });

  it('of a map of pixels do not need a list of all places', () => {
    const values = new Float32Array(4e6);
    values[3_999_999] = 2;
    values[5] = 1;
    const line = lineOf(new Map([['y', values]]), { top: 2, softmax: false, labels: undefined });
    expect(line).toEqual({
      top: [
        { place: 3_999_999, value: 2 },
        { place: 5, value: 1 },
      ],
    });
  });
});
