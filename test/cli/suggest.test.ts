import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closest, editDistance } from '../../src/cli/suggest.js';
import { assertProperty } from '../support/property.js';

describe('editDistance', () => {
  it.each([
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
    ['bnech', 'bench', 1],
    ['doctr', 'doctor', 1],
    ['same', 'same', 0],
    ['ca', 'abc', 3], // 2 if a swapped pair might be edited again
  ])('%s → %s takes %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });

  it('is symmetric, and between the difference of lengths and the longer length', async () => {
    const word = fc.string({ maxLength: 8 });
    await assertProperty(fc.tuple(word, word), 200, ([a, b]) => {
      const distance = editDistance(a, b);
      expect(editDistance(b, a)).toBe(distance);
      expect(distance).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
      expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
      expect(distance === 0).toBe(a === b);
    });
  });
});

describe('closest', () => {
  it('offers the nearest name, or none', () => {
    expect(closest('inof', ['info', 'bench'])).toBe('info');
    expect(closest('layer', ['layers', 'models'])).toBe('layers');
    expect(closest('x', ['info', 'bench'])).toBeUndefined();
    expect(closest('resnet50', ['info', 'bench'])).toBeUndefined();
  });
});
