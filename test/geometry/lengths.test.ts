import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planConv } from '../../src/geometry/conv.js';
import { planConvTranspose } from '../../src/geometry/conv-transpose.js';
import type { AxisWindow } from '../../src/geometry/window.js';
import { ceilOutputLength, outputLength, windowExtent } from '../../src/geometry/window.js';

const size = (min: number, max: number) => fc.integer({ min, max });

/** An axis that at least one window fits. */
const axis: fc.Arbitrary<AxisWindow> = fc
  .record({
    input: size(1, 40),
    kernel: size(1, 7),
    stride: size(1, 6),
    dilation: size(1, 4),
    padding: fc.tuple(size(0, 6), size(0, 6)),
  })
  .filter(({ input, kernel, dilation, padding }) => windowExtent(kernel, dilation) <= input + padding[0] + padding[1]);

/** As pooling has it: padding at most half of the kernel. */
const poolAxis = axis.filter(({ kernel, padding }) => Math.max(...padding) <= Math.floor(kernel / 2));

/** Starts of all windows, by sliding one over the padded axis step by step. */
function slide({ input, kernel, stride, dilation, padding: [before, after] }: AxisWindow, ceil: boolean): number[] {
  const starts: number[] = [];
  for (let start = -before; ; start += stride) {
    const end = start + windowExtent(kernel, dilation);
    const previousEnd = end - stride;
    const fits = end <= input + after;
    const reachesRest = starts.length === 0 || previousEnd < input + after;
    if (!(ceil ? reachesRest && start < input : fits)) return starts;
    starts.push(start);
  }
}

describe('the output length of an axis', () => {
  it('is the number of windows that fit', () => {
    fc.assert(
      fc.property(axis, (window) => {
        expect(outputLength(window)).toBe(slide(window, false).length);
      }),
    );
  });

  it('counts with ceil mode until the input is covered, and no window that starts beyond it', () => {
    fc.assert(
      fc.property(poolAxis, (window) => {
        expect(ceilOutputLength(window)).toBe(slide(window, true).length);
      }),
    );
  });

  it('is the input length with same padding', () => {
    fc.assert(
      fc.property(size(1, 20), size(1, 6), size(1, 4), (input, kernel, dilation) => {
        const options = { padding: 'same', dilation };
        const { outputShape } = planConv('conv1d', 1, { x: [1, 1, input], weight: [1, 1, kernel] }, options);
        expect(outputShape).toEqual([1, 1, input]);
      }),
    );
  });

  it('comes back through the transposed convolution, whatever the output padding', () => {
    fc.assert(
      fc.property(axis, size(0, 5), ({ input, kernel, stride, dilation, padding }, extra) => {
        const outputPadding = extra % Math.max(stride, 1);
        const natural = (input - 1) * stride + windowExtent(kernel, dilation) - padding[0] - padding[1];
        fc.pre(natural + outputPadding > 0);
        const shapes = { x: [1, 1, input], weight: [1, 1, kernel] };
        const options = { stride, dilation, padding: [padding], outputPadding };
        const [, , length] = planConvTranspose('convTranspose1d', 1, shapes, options).outputShape;
        expect(outputLength({ input: length, kernel, stride, dilation, padding })).toBe(input);
      }),
    );
  });
});
