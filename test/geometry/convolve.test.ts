import { describe, expect, it } from 'vitest';
import { planConvolve } from '../../src/geometry/convolve.js';
import type { Shape } from '../../src/shape.js';
import { expectArgumentError, expectShapeError } from './messages.js';

const plan = (f: Shape, g: Shape, mode?: unknown) => planConvolve('convolve', f, g, mode);

describe('convolve', () => {
  it.each<[Shape, Shape, string | undefined, Shape, boolean]>([
    [[5], [3], undefined, [7], false],
    [[3], [5], 'full', [7], true],
    [[5], [3], 'same', [5], false],
    [[3], [6], 'same', [3], false],
    [[5], [2], 'valid', [4], false],
    [[2], [5], 'valid', [4], true],
    [[5, 6], [2, 3], 'full', [6, 8], false],
    [[5, 6], [2, 3], 'valid', [4, 4], false],
    [[5, 6], [8, 2], 'same', [5, 6], false],
  ])('%j with %j, %s', (f, g, mode, outputShape, swapped) => {
    const result = plan(f, g, mode);
    expect(result.plan.outputShape).toEqual(outputShape);
    expect(result.swapped).toBe(swapped);
  });

  it("starts 'same' in the middle of 'full'", () => {
    expect(plan([5], [4], 'same').plan.geometry).toMatchObject({ padLeft: 2, padRight: 1 });
    expect(plan([5], [3], 'same').plan.geometry).toMatchObject({ padLeft: 1, padRight: 1 });
  });

  it('refuses what has no meaning', () => {
    expectShapeError(
      () => plan([5, 2], [3, 3], 'valid'),
      "For 'valid' mode, one must be at least as large as the other",
    );
    expectShapeError(() => plan([5], [3, 3]), 'both be 1-D or both 2-D');
    expectShapeError(() => plan([1, 1, 5], [1, 1, 3]), 'both be 1-D or both 2-D');
    expectShapeError(() => plan([0], [3]), 'not empty');
    expectArgumentError(
      () => plan([5], [3], 'fulll'),
      "mode must be one of 'full', 'same', 'valid'",
      "Did you mean 'full'?",
    );
  });
});
