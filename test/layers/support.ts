import { setBackend, Tensor } from 'convkit';
import { afterAll, beforeEach, describe } from 'vitest';

/** The backends that can run here. The native one is left out only where it has not been built. */
export const BACKENDS = (['native', 'typescript'] as const).filter((backend) => {
  try {
    setBackend(backend);
    return true;
  } catch {
    return false;
  }
});

/** The same tests on every backend that can run. */
export function onEachBackend(tests: () => void): void {
  describe.each(BACKENDS)('on %s', (backend) => {
    beforeEach(() => setBackend(backend));
    afterAll(() => setBackend('auto'));
    tests();
  });
}

/** Small whole numbers, so that sums are exact in float32 whatever their order. */
export function wholeNumbers(shape: readonly number[], seed = 1): Tensor {
  const tensor = Tensor.zeros(shape);
  let state = seed;
  for (let i = 0; i < tensor.size; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    tensor.data[i] = ((state >>> 16) % 9) - 4;
  }
  return tensor;
}

/** The largest difference of two tensors, relative to the larger of 1 and the largest value. */
export function difference(a: Tensor, b: Tensor): number {
  if (String(a.shape) !== String(b.shape)) return Number.POSITIVE_INFINITY;
  let [largest, most] = [1, 0];
  for (let i = 0; i < a.size; i++) {
    largest = Math.max(largest, Math.abs(b.data[i]));
    most = Math.max(most, Math.abs(a.data[i] - b.data[i]));
  }
  return most / largest;
}
