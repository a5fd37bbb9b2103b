import { convTranspose1d, Tensor } from 'convkit';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../layers/support.js';

/** What reaches output `o`, by the definition. */
function sumAt(x: Float32Array, w: Float32Array, o: number, stride: number): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    const k = o - i * stride;
    if (k >= 0 && k < w.length) sum += x[i] * w[k];
  }
  return sum;
}

onEachBackend(() => {
  describe('a transposed convolution of long lines', () => {
    it.each([1, 3])('is the sum that defines it, in little memory: stride %i', (stride) => {
      const length = 5000;
      const x = new Tensor(
        Float32Array.from({ length }, (_, i) => ((i * 7) % 11) - 5),
        [1, 1, length],
      );
      const w = new Tensor(
        Float32Array.from({ length }, (_, i) => ((i * 5) % 7) - 3),
        [1, 1, length],
      );
      const before = process.resourceUsage().maxRSS;
      const y = convTranspose1d(x, w, { stride });
      // In KiB. With something for each pair of pixels there would be at least 200 MB.
      expect(process.resourceUsage().maxRSS - before).toBeLessThan(120_000);
      for (let o = 0; o < y.size; o += 97) expect(y.data[o]).toBe(sumAt(x.data, w.data, o, stride));
      expect(y.data[y.size - 1]).toBe(x.data[length - 1] * w.data[length - 1]);
    });
  });
});
