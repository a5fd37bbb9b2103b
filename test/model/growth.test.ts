import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BACKENDS } from '../layers/support.js';
import { type ModelSpec, type TensorSpec, writeOnnx } from '../support/onnx-writer.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const MEGABYTE = 2 ** 20;

const ints = (...values: number[]): TensorSpec => ({ type: 'int64', shape: [values.length], values });
const floats = (shape: number[], value = 1): TensorSpec => {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
  for (let i = 0; i < values.length; i++) values[i] = value * Math.cos(i);
  return { shape, values };
};
const perChannel = (channels: number): TensorSpec => ({
  shape: [channels],
  values: new Float32Array(channels).fill(0.5),
});

/** A convolution whose batch norm and factors go into its weights. */
const batchNorms = (channels: number): ModelSpec => ({
  nodes: [
    { operator: 'Conv', inputs: ['x', 'w'], outputs: ['c'], attributes: { pads: { ints: [1, 1, 1, 1] } } },
    { operator: 'BatchNormalization', inputs: ['c', 'k', 'k', 'k', 'k'], outputs: ['n'] },
    { operator: 'Mul', inputs: ['n', 'factors'], outputs: ['m'] },
    { operator: 'Relu', inputs: ['m'], outputs: ['y'] },
  ],
  initializers: { w: floats([channels, channels, 3, 3]), k: perChannel(channels), factors: floats([channels, 1, 1]) },
  inputs: [{ name: 'x', shape: [1, channels, 1, 'n'] }],
  outputs: [{ name: 'y' }],
});

/** Where the length of x decides what is made of a table of 1 MB. */
const length = [
  { operator: 'Shape', inputs: ['x'], outputs: ['shape'], attributes: { start: { int: 3 }, end: { int: 4 } } },
];
const sum = (name: string) => [
  { operator: 'ReduceSum', inputs: [name], outputs: ['total'], attributes: { keepdims: { int: 0 } } },
  { operator: 'Add', inputs: ['x', 'total'], outputs: ['y'] },
];
const INPUT = { inputs: [{ name: 'x', shape: [1, 1, 1, 'n'] }], outputs: [{ name: 'y' }] };
const FOLDED: Record<string, ModelSpec> = {
  Slice: {
    nodes: [
      ...length,
      { operator: 'Slice', inputs: ['table', 'shape', 'end', 'zero'], outputs: ['part'] },
      ...sum('part'),
    ],
    initializers: { table: floats([1024, 256]), end: ints(1024), zero: ints(0) },
    ...INPUT,
  },
  Expand: {
    nodes: [
      ...length,
      { operator: 'Concat', inputs: ['shape', 'rest'], outputs: ['sizes'], attributes: { axis: { int: 0 } } },
      { operator: 'Expand', inputs: ['row', 'sizes'], outputs: ['part'] },
      ...sum('part'),
    ],
    initializers: { row: floats([1, 4096]), rest: ints(4096) },
    ...INPUT,
  },
  Resize: {
    nodes: [
      ...length,
      { operator: 'Concat', inputs: ['rest', 'shape'], outputs: ['sizes'], attributes: { axis: { int: 0 } } },
      {
        operator: 'Resize',
        inputs: ['table', '', '', 'sizes'],
        outputs: ['part'],
        attributes: { mode: { string: 'linear' } },
      },
      ...sum('part'),
    ],
    initializers: { table: floats([1024, 256]), rest: ints(1024) },
    ...INPUT,
  },
  ConstantOfShape: {
    nodes: [
      ...length,
      { operator: 'Concat', inputs: ['shape', 'rest'], outputs: ['sizes'], attributes: { axis: { int: 0 } } },
      { operator: 'ConstantOfShape', inputs: ['sizes'], outputs: ['zeros'] },
      { operator: 'Add', inputs: ['zeros', 'row'], outputs: ['part'] },
      ...sum('part'),
    ],
    initializers: { row: floats([1, 4096]), rest: ints(4096) },
    ...INPUT,
  },
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'convkit-growth-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Growth {
  /** Bytes in arrays before the model is read, after 20 and 300 shapes, and once it is disposed of. */
  readonly before: number;
  readonly early: number;
  readonly late: number;
  readonly disposed: number;
  /** The same of the process's memory, which the native side's is part of. */
  readonly earlyResident: number;
  readonly lateResident: number;
}

/** Runs a model on 300 shapes, of which few stay compiled, in a process of its own. */
async function growthOf(spec: ModelSpec, channels: number, backend: string): Promise<Growth> {
  const file = join(folder, 'model.onnx');
  await writeFile(file, writeOnnx(spec));
  const script = `
    import { loadModel, releaseMemory, Tensor } from 'convkit';
    const settle = async () => {
      // Workers have garbage of their own, which nobody can have collected: they end.
      releaseMemory();
      for (let i = 0; i < 4; i++) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        gc();
      }
      return process.memoryUsage();
    };
    const { arrayBuffers: before } = await settle();
    const model = await loadModel(${JSON.stringify(file)}, { maxShapeSets: 4, backend: '${backend}' });
    let early;
    for (let n = 1; n <= 300; n++) {
      const x = Tensor.zeros([1, ${channels}, 1, n]);
      if (n % 2 === 0) model.runSync(x);
      else await model.run(x);
      if (n === 20) early = await settle();
    }
    const late = await settle();
    model.dispose();
    const { arrayBuffers: disposed } = await settle();
    console.log(JSON.stringify({
      before, early: early.arrayBuffers, late: late.arrayBuffers, disposed,
      earlyResident: early.rss, lateResident: late.rss, inputs: model.inputs.length,
    }));`;
  const args = ['--expose-gc', '--input-type=module', '--eval', script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, timeout: 200_000 });
  return JSON.parse(stdout) as Growth;
}

describe.each(BACKENDS)('on the %s backend, 300 shapes', (backend) => {
  it('of weights with a batch norm keep one copy of them', async () => {
    const channels = backend === 'native' ? 256 : 64;
    const growth = await growthOf(batchNorms(channels), channels, backend);
    const weights = channels * channels * 9 * 4;
    // The file's, what the batch norm and the factors make of them, what lies between, and on the TypeScript backend one
    // more for the workers of each of the 4 sets of shapes: but not one more for every shape.
    expect(growth.early - growth.before).toBeLessThan(10 * weights + 4 * MEGABYTE);
    expect(growth.late - growth.early).toBeLessThan(2 * weights + MEGABYTE);
    // What is packed of them natively: 280 more would be nearly three times as much.
    if (backend === 'native') expect(growth.lateResident - growth.earlyResident).toBeLessThan(100 * weights);
    expect(growth.disposed - growth.before).toBeLessThan(weights + MEGABYTE / 2);
  });

  it.each(Object.keys(FOLDED))('of what %s makes of a constant go with their programs', async (operator) => {
    const { before, early, late, disposed } = await growthOf(FOLDED[operator], 1, backend);
    // 4 sets of shapes, and the two made last: each of them has 1 to 5 MB and what that was made of.
    expect(late - early).toBeLessThan(6 * 16 * MEGABYTE);
    expect(disposed - before).toBeLessThan(MEGABYTE);
  });
});
