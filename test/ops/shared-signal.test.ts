import { getEventListeners } from 'node:events';
import { ArgumentError, Conv2d, conv2dAsync, loadModel, Tensor } from 'convkit';
import { gaussianBlurAsync, Image } from 'convkit/image';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../layers/support.js';
import { RELU } from '../model/specs.js';
import { writeOnnx } from '../support/onnx-writer.js';

type Start = (signal: AbortSignal) => Promise<unknown>;

const x = Tensor.zeros([1, 4, 64, 64]);
const weight = Tensor.zeros([4, 4, 3, 3]);
const image = new Image(new Uint8Array(64 * 64 * 3), 64, 64, 3);

/** A function for each way in that takes a signal. */
async function starts(): Promise<Record<string, Start>> {
  const layer = new Conv2d(4, 4, 3);
  const model = await loadModel(writeOnnx(RELU));
  return {
    operator: (signal) => conv2dAsync(x, weight, { signal }),
    layer: (signal) => layer.forwardAsync(x, { signal }),
    model: (signal) => model.run(Tensor.zeros([1, 2]), { signal }),
    image: (signal) => gaussianBlurAsync(image, { sigma: 2, signal }),
  };
}

/** What polyfills of old have, and no more. */
function bareSignal() {
  const listeners = new Set<() => void>();
  return {
    aborted: false,
    listeners,
    addEventListener: (_: string, listener: () => void) => void listeners.add(listener),
    removeEventListener: (_: string, listener: () => void) => void listeners.delete(listener),
    abort() {
      this.aborted = true;
      for (const listener of listeners) listener();
    },
  };
}

onEachBackend(() => {
  describe('one signal', () => {
    it('has one listener however many runs it is given to, and none after them', async () => {
      const { signal } = new AbortController();
      const runs = Object.values(await starts()).flatMap((start) => Array.from({ length: 20 }, () => start(signal)));
      expect(getEventListeners(signal, 'abort')).toHaveLength(1);
      await Promise.all(runs);
      expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    });

    it('rejects all of them with its reason', async () => {
      const controller = new AbortController();
      const runs = Object.values(await starts()).flatMap((start) => [
        start(controller.signal),
        start(controller.signal),
      ]);
      const reason = new Error('enough');
      controller.abort(reason);
      const ends = await Promise.allSettled(runs);
      expect(ends).toEqual(runs.map(() => ({ status: 'rejected', reason })));
      expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    });
  });

  describe('a signal of another make', () => {
    it('without removeEventListener is refused', async () => {
      const { removeEventListener: _, ...signal } = bareSignal();
      for (const start of Object.values(await starts())) {
        await expect(start(signal as unknown as AbortSignal)).rejects.toThrow(ArgumentError);
        await expect(start(signal as unknown as AbortSignal)).rejects.toThrow(/signal must be an AbortSignal/);
      }
    });

    it('without a reason rejects with an AbortError', async () => {
      for (const start of Object.values(await starts())) {
        const signal = bareSignal();
        const run = start(signal as unknown as AbortSignal);
        signal.abort();
        await expect(run).rejects.toMatchObject({ name: 'AbortError' });
        await expect(start(signal as unknown as AbortSignal)).rejects.toMatchObject({ name: 'AbortError' });
        expect(signal.listeners.size).toBe(0);
      }
    });
  });

  it('a controller given for its signal is told so', async () => {
    const controller = new AbortController() as unknown as AbortSignal;
    for (const start of Object.values(await starts())) {
      await expect(start(controller)).rejects.toThrow('{ signal: controller.signal }');
    }
  });
});
