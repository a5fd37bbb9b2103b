import { describe, expect, it } from 'vitest';
import { WaitingLine } from '../../src/model/waiting-line.js';

const valuesOf = (line: WaitingLine<number>) => [...line].map(({ value }) => value);

describe('a line of waiting values', () => {
  it('keeps their order, whoever leaves', () => {
    const line = new WaitingLine<number>();
    const leave = [0, 1, 2, 3, 4].map((value) => line.add(value));
    for (const [gone, left] of [
      [2, [0, 1, 3, 4]],
      [0, [1, 3, 4]],
      [4, [1, 3]],
      [4, [1, 3]],
    ] as const) {
      leave[gone]();
      expect(valuesOf(line)).toEqual(left);
      expect([line.size, line.first]).toEqual([left.length, left[0]]);
    }
    line.add(5);
    leave[1]();
    leave[3]();
    expect(valuesOf(line)).toEqual([5]);
  });

  it('may be left while it is walked, down to nothing', () => {
    const line = new WaitingLine<number>();
    for (const value of [1, 2, 3]) line.add(value);
    const seen: number[] = [];
    for (const { value, leave } of line) {
      seen.push(value);
      leave();
    }
    expect(seen).toEqual([1, 2, 3]);
    expect([line.size, line.first]).toEqual([0, undefined]);
  });
});
