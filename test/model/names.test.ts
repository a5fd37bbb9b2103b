import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Batcher, loadModel, Tensor } from 'convkit';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../layers/support.js';
import { type ModelSpec, writeOnnx } from '../support/onnx-writer.js';

/** What every object has, and what a file may call its values all the same. */
const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '0', ' ', 'a/b:c'] as const;

function specOf(input: string, output: string): ModelSpec {
  return {
    nodes: [
      { operator: 'Add', name: output, inputs: [input, 'other'], outputs: ['sum'] },
      { operator: 'Mul', name: output, inputs: ['sum', `${input} two`], outputs: [output] },
    ],
    initializers: Object.fromEntries([[`${input} two`, { shape: [], values: [2] }]]),
    inputs: [
      { name: input, shape: ['n', 2] },
      { name: 'other', shape: ['n', 2] },
    ],
    outputs: [{ name: output, shape: ['n', 2] }],
  };
}

/** An own property whatever the name is. */
const record = <T>(...entries: [string, T][]): Record<string, T> => Object.fromEntries(entries);

onEachBackend(() => {
  describe.each(NAMES)('a value called %j', (name) => {
    const x = Tensor.from([[1, -1]]);

    it('is fed, and arrives', async () => {
      const model = await loadModel(writeOnnx(specOf(name, 'y')));
      const { y } = await model.run(record([name, x], ['other', x]));
      expect(y.toNested()).toEqual([[4, -4]]);
    });

    it('arrives as an output', async () => {
      const model = await loadModel(writeOnnx(specOf('x', name)));
      for (const results of [await model.run({ x, other: x }), model.runSync({ x, other: x })]) {
        expect(Object.keys(results)).toEqual([name]);
        expect(results[name].toNested()).toEqual([[4, -4]]);
      }
      await model.warmup({ x: [1, 2], other: [1, 2] });
      expect(model.profile({ x, other: x }, { runs: 1 }).rows.length).toBeGreaterThan(0);
    });

    it('is an initializer, kept apart too', async () => {
      const location = await mkdtemp(join(tmpdir(), 'convkit-names-'));
      const file = name.replaceAll(/\W/g, '_');
      await writeFile(join(location, file), new Uint8Array(Float32Array.of(3).buffer));
      const initializers = record([name, { shape: [], external: { location: file } }]);
      const spec = {
        nodes: [{ operator: 'Add', inputs: ['x', name], outputs: ['y'] }],
        initializers,
        inputs: [{ name: 'x', shape: [1, 2] }],
        outputs: [{ name: 'y', shape: [1, 2] }],
      };
      await writeFile(join(location, 'model.onnx'), writeOnnx(spec));
      const model = await loadModel(join(location, 'model.onnx'));
      expect((await model.run(x)).y.toNested()).toEqual([[4, 2]]);
      await rm(location, { recursive: true });
    });

    it('is missed where it is not given', async () => {
      const model = await loadModel(writeOnnx(specOf(name, 'y')));
      await expect(model.run({ other: x })).rejects.toThrow(`no tensor for '${name}'`);
      await expect(model.warmup({ other: x })).rejects.toThrow(`input '${name}'`);
    });

    it('comes through a Batcher', async () => {
      const model = await loadModel(writeOnnx(specOf(name, 'y')));
      const batcher = new Batcher(model, { maxBatch: 2 });
      const results = await batcher.run(record([name, x], ['other', x]));
      expect(Object.values(results).map((tensor) => tensor.toNested())).toEqual([[[4, -4]]]);
      await expect(batcher.run({ other: x })).rejects.toThrow(name);
      const named = await loadModel(writeOnnx(specOf('x', name)));
      const one = await new Batcher(named, { maxBatch: 2 }).run({ x, other: x });
      expect(Object.entries(one).map(([key, tensor]) => [key, tensor.toNested()])).toEqual([[name, [[4, -4]]]]);
    });
  });
});
