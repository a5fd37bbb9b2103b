import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What a script prints before its process ends by itself; one that hangs fails. */
async function output(script: string, timeout = 10_000): Promise<string> {
  const prelude = `
    import { Batcher, Tensor } from 'convkit';
    const inputs = [{ name: 'x', shape: [-1, 2], type: 'float32' }];
    const model = { inputs, outputs: [], run: async ({ x }) => ({ y: x }) };`;
  const args = ['--input-type=module', '--eval', prelude + script];
  return (await promisify(execFile)(process.execPath, args, { cwd: root, timeout })).stdout;
}

it('a waiting request keeps the process alive, and an idle batcher lets it end', async () => {
  const script = `
    const batcher = new Batcher(model, { maxDelayMs: 300 });
    batcher.run(Tensor.zeros([2])).then(({ y }) => console.log(y.shape));`;
  expect(await output(script)).toBe('[ 2 ]\n');
});

it('one signal serves many requests without a warning', async () => {
  const script = `
    process.on('warning', ({ message }) => console.log(message));
    const batcher = new Batcher(model);
    const { signal } = new AbortController();
    await Promise.all(Array.from({ length: 100 }, () => batcher.run(Tensor.zeros([2]), { signal })));
    console.log(batcher.stats.requests);`;
  expect(await output(script)).toBe('100\n');
});

// Were each to look for its place among the others, this would take minutes.
it('a hundred thousand requests leave as quickly as they came', async () => {
  const script = `
    const batcher = new Batcher(model, { maxDelayMs: 1e6, maxBatch: 1e6, maxQueue: 1e6 });
    const leaving = new AbortController();
    const x = Tensor.zeros([2]);
    const results = Array.from({ length: 100_000 }, () => batcher.run(x, { signal: leaving.signal }));
    leaving.abort(new Error('enough'));
    const outcomes = await Promise.allSettled(results);
    console.log(batcher.size, outcomes.every(({ status }) => status === 'rejected'));`;
  expect(await output(script, 50_000)).toBe('0 true\n');
});
