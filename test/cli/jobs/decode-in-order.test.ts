import { describe, expect, it } from 'vitest';
import { Budget } from '../../../src/cli/jobs/budget.js';
import { decodeInOrder } from '../../../src/cli/jobs/decode-in-order.js';
import { Progress } from '../../../src/cli/jobs/progress.js';
import { Image } from '../../../src/image/image.js';

/** Files called by their number of pixels; decoding counts how many are in memory. */
function source() {
  const state = { now: 0, most: 0, decoding: 0, mostDecoding: 0 };
  const open = async (file: string) => {
    const pixels = Number(file);
    if (Number.isNaN(pixels)) throw new Error(`${file}: no number`);
    return {
      width: pixels,
      height: 1,
      async decode() {
        state.now += pixels;
        state.most = Math.max(state.most, state.now);
        state.decoding++;
        state.mostDecoding = Math.max(state.mostDecoding, state.decoding);
        // Larger ones are done later, so that they do not come in order by themselves.
        for (let turn = 0; turn < pixels % 7; turn++) await new Promise(setImmediate);
        state.decoding--;
        return new Image(new Uint8Array(pixels), pixels, 1, 1);
      },
    };
  };
  return { state, open };
}

describe('decoding in order', () => {
  it('keeps the order and the limits, whatever the sizes', async () => {
    const { state, open } = source();
    const files = Array.from({ length: 200 }, (_, i) => String(((i * 37) % 50) + 1));
    const seen: string[] = [];
    for await (const one of decodeInOrder(files, open, { workers: 5, ahead: 20, pixels: 120, held: 0 })) {
      seen.push(one.file);
      if ('image' in one) {
        state.now -= one.pixels;
        one.release();
      }
    }
    expect(seen).toEqual(files);
    expect(state.most).toBeLessThanOrEqual(120);
    expect(state.mostDecoding).toBeGreaterThan(1);
    expect(state.mostDecoding).toBeLessThanOrEqual(5);
  });

  it('lets an image through that is larger than all the room', async () => {
    const { open } = source();
    const sizes: number[] = [];
    for await (const one of decodeInOrder(['5', '1000', '7'], open, { workers: 3, ahead: 0, pixels: 100, held: 0 })) {
      if (!('image' in one)) throw new Error(one.reason);
      sizes.push(one.pixels);
      one.release();
    }
    expect(sizes).toEqual([5, 1000, 7]);
  });

  it('has room for the next image beside those that the caller keeps, however large that is', async () => {
    const { open } = source();
    const files = ['30', '80', '9', '1000', '39', '70', '1', '100'];
    const batches: string[][] = [];
    let batch: { file: string; pixels: number; release: () => void }[] = [];
    const close = () => {
      batches.push(batch.map(({ file }) => file));
      for (const { release } of batch) release();
      batch = [];
    };
    for await (const one of decodeInOrder(files, open, { workers: 3, ahead: 2, pixels: 100, held: 40 })) {
      if (!('image' in one)) throw new Error(one.reason);
      batch.push(one);
      if (batch.reduce((sum, { pixels }) => sum + pixels, 0) >= 40) close();
    }
    expect(batches).toEqual([
      ['30', '80'],
      ['9', '1000'],
      ['39', '70'],
      ['1', '100'],
    ]);
  });

  it('gives the reason in the place of an image that is no good', async () => {
    const { open } = source();
    const reasons: (string | undefined)[] = [];
    for await (const one of decodeInOrder(['5', 'x', '7'], open, { workers: 2, ahead: 4, pixels: 100, held: 0 })) {
      reasons.push('reason' in one ? one.reason : undefined);
      if ('image' in one) one.release();
    }
    expect(reasons).toEqual([undefined, 'no number', undefined]);
  });
});

describe('a budget', () => {
  it('serves in the order of asking', async () => {
    const budget = new Budget(10);
    const order: string[] = [];
    await budget.take(8);
    const large = budget.take(10).then(() => order.push('large'));
    const small = budget.take(1).then(() => order.push('small'));
    await Promise.resolve();
    expect(order).toEqual([]);
    budget.give(8);
    await large;
    expect(order).toEqual(['large']);
    budget.give(10);
    await small;
    expect(order).toEqual(['large', 'small']);
  });

  it('counts what is larger than the most as the most, when it is taken and when it is given back', async () => {
    const budget = new Budget(10, 6);
    await budget.take(4);
    await budget.take(1000);
    const order: string[] = [];
    const next = budget.take(6).then(() => order.push('next'));
    budget.give(4);
    await Promise.resolve();
    expect(order).toEqual([]);
    budget.give(1000);
    await next;
    expect(order).toEqual(['next']);
  });
});

describe('progress', () => {
  it('is a line every ten seconds where there is no terminal, with the rate of this run', () => {
    let written = '';
    let now = 0;
    const write = (text: string) => {
      written += text;
    };
    const stream = { isTTY: false, columns: 80, write } as unknown as ConstructorParameters<typeof Progress>[0];
    const progress = new Progress(stream, 1000, () => now);
    progress.begin(100);
    now = 9_000;
    progress.show(200, 0);
    expect(written).toBe('');
    now = 20_000;
    progress.show(500, 3);
    expect(written).toBe('500/1000, 20 images/s, 25 s left, 3 bad\n');
  });
});
