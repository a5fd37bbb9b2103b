import { setImmediate as turn } from 'node:timers/promises';
import { Conv2d, conv2d, conv2dAsync, runtime, Tensor } from 'convkit';
import { describe, expect, it } from 'vitest';
import { requireAddon } from '../../../src/backend/native-addon.js';

const native = runtime().backend === 'native';
const LENT = 65_536;

/** One channel in, one out, by a kernel of one element: multiplies by `factor`. */
function scaled(x: Tensor, factor: number) {
  return conv2d(x, new Tensor(new Float32Array([factor]), [1, 1, 1, 1]));
}

const image = () => Tensor.zeros([1, 1, 256, 257]).data.fill(1);
const input = new Tensor(image(), [1, 1, 256, 257]);

describe.runIf(native)('memory of results', () => {
  const addon = native ? requireAddon() : undefined;

  it('is lent by the byte, and refuses junk', () => {
    expect(addon?.allocate(LENT)?.byteLength).toBe(LENT);
    expect(addon?.allocate(LENT + 4)?.byteLength).toBe(LENT + 4);
    for (const junk of [0, -1, 1.5, Number.NaN, Infinity, undefined, '64', {}, null]) {
      expect(() => addon?.allocate(junk as number)).toThrow(expect.objectContaining({ code: 'ERR_NATIVE' }));
    }
  });

  it('is bounded', () => {
    const half = 2 ** 27;
    const held = [addon?.allocate(half), addon?.allocate(half)];
    expect(held.filter((buffer) => buffer !== undefined).length).toBeGreaterThan(0);
    expect(addon?.allocate(half)).toBeUndefined();
    expect(addon?.allocate(2 ** 52)).toBeUndefined();
  });

  it('belongs to its result for as long as that lives', async () => {
    const results: Tensor[] = [];
    for (let i = 0; i < 60; i++) {
      results.push(i % 2 === 0 ? scaled(input, i) : await conv2dAsync(input, Tensor.from([[[[i]]]])));
      scaled(input, -1); // dropped at once
      if (i % 10 === 0) await turn();
    }
    for (const [i, { data }] of results.entries()) {
      expect(data.every((value) => value === i)).toBe(true);
    }
  });

  it('is written by an asynchronous run only before its result is seen', async () => {
    const first = scaled(input, 3);
    const run = conv2dAsync(input, Tensor.from([[[[5]]]]), { out: first });
    expect(first.data.every((value) => value === 3)).toBe(true);
    await run;
    expect(first.data.every((value) => value === 5)).toBe(true);
  });

  it('of a rejected run is not shown, and comes back', async () => {
    const layer = new Conv2d(1, 4, 3, { padding: 1, seed: 1 });
    for (let i = 0; i < 20; i++) {
      const abort = new AbortController();
      const run = layer.forwardAsync(input, { signal: abort.signal });
      abort.abort(new Error('enough'));
      await expect(run).rejects.toThrow('enough');
    }
    expect(layer.forward(input).data).toEqual((await layer.forwardAsync(input)).data);
  });

  it('can be the next call’s input and output', () => {
    const chain = scaled(scaled(input, 2), 3);
    expect(conv2d(chain, Tensor.from([[[[1]]]]), { out: scaled(input, 9) }).data[5]).toBe(6);
  });
});
