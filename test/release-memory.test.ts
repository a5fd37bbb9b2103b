import { conv2d, conv2dAsync, releaseMemory, runtime, setBackend, Tensor } from 'convkit';
import { resize } from 'convkit/image';
import { afterEach, describe, expect, it } from 'vitest';
import { requireAddon } from '../src/backend/native-addon.js';

const SIDE = 80;
const image = new Tensor(new Float32Array(16 * SIDE * SIDE).fill(1), [1, 16, SIDE, SIDE]);
const weight = new Tensor(new Float32Array(16 * 16 * 9).fill(1), [16, 16, 3, 3]);
const options = { padding: 1, algorithm: 'gemm' } as const;

/** The sum of 16 channels and 9 neighbours, in the middle. */
const middle = ({ data }: Tensor) => data[SIDE * SIDE + SIDE + 5];

const same = (a: Tensor, b: Tensor) => Buffer.from(a.data.buffer).equals(Buffer.from(b.data.buffer));

afterEach(() => setBackend('auto'));

describe.runIf(runtime().backend === 'native')('releaseMemory() on the native backend', () => {
  const use = () => requireAddon().memoryUse();

  it('gives back what waits for the next run, and tells how much', () => {
    setBackend('native');
    releaseMemory();
    expect(middle(conv2d(image, weight, options))).toBe(144);
    const { cached } = use();
    expect(cached).toBeGreaterThan(0);
    expect(releaseMemory()).toBeGreaterThanOrEqual(cached);
    expect(use().cached).toBe(0);
    expect(releaseMemory()).toBe(0);
    expect(middle(conv2d(image, weight, options))).toBe(144);
  });

  it('leaves results and runs in flight alone', async () => {
    setBackend('native');
    const before = conv2d(image, weight, options);
    const runs = [1, 2, 3, 4].map(() => conv2dAsync(image, weight, options));
    releaseMemory();
    expect(same(conv2d(image, weight, options), before)).toBe(true);
    for (const result of await Promise.all(runs)) expect(same(result, before)).toBe(true);
    expect(middle(before)).toBe(144);
  });

  it('forgets the tables of resizes', () => {
    setBackend('native');
    const picture = { data: new Uint8Array(3 * 64 * 64).fill(9), width: 64, height: 64, channels: 3 } as const;
    const small = resize(picture, { width: 20, height: 20 });
    expect(releaseMemory()).toBeGreaterThan(20 * 4 * 2);
    expect(resize(picture, { width: 20, height: 20 })).toEqual(small);
  });
});

describe('releaseMemory() on the TypeScript backend', () => {
  it('gives back working arrays and idle workers', async () => {
    setBackend('typescript');
    const expected = conv2d(image, weight, options);
    // An image, widened to doubles and with a border, is among them.
    expect(releaseMemory()).toBeGreaterThanOrEqual(image.size);
    const run = conv2dAsync(image, weight, options);
    releaseMemory();
    expect(same(await run, expected)).toBe(true);
    releaseMemory();
    expect(same(await conv2dAsync(image, weight, options), expected)).toBe(true);
    expect(middle(expected)).toBe(144);
  });
});
