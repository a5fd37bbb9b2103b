import { readFileSync } from 'node:fs';
import { loadModel, Tensor } from 'convkit';
import { describe, expect, it } from 'vitest';
import { OPERATORS } from '../../src/model/operators/index.js';
import { type NodeSpec, writeOnnx } from '../support/onnx-writer.js';

const page = readFileSync(new URL('../../docs/models.md', import.meta.url), 'utf8');

/** The table of operators, with the limits of each. */
function readTable(): { readonly name: string; readonly limits: string }[] {
  const [, section] = page.split('\n## Operators\n');
  const rows = section.split('\n## ')[0].matchAll(/^\| (`.*?`) \| (.*)\|$/gm);
  return [...rows].flatMap(([, names, limits]) =>
    names.split(', ').map((name) => ({ name: name.replaceAll('`', ''), limits })),
  );
}

const rows = readTable();

/** A model of one node, whose inputs have these shapes. */
function loadNode(node: NodeSpec, shapes: readonly (readonly number[])[], opset = 18) {
  const inputs = shapes.map((shape, i) => ({ name: `x${i}`, shape }));
  const outputs = node.outputs ?? ['y'];
  const spec = { ...node, inputs: inputs.map(({ name }) => name), outputs };
  return loadModel(writeOnnx({ opset, nodes: [spec], inputs, outputs: outputs.map((name) => ({ name })) }), {
    backend: 'typescript',
  });
}

async function run(...given: Parameters<typeof loadNode>) {
  const model = await loadNode(...given);
  return model.run(Object.fromEntries(given[1].map((shape, i) => [`x${i}`, Tensor.zeros(shape)])));
}

const wideAxes = (odd: boolean) => Array.from({ length: 14 }, (_, axis) => ((axis % 2 === 1) === odd ? 2 : 1));

/** What the table says does not work, and a model that asks for it. */
const LIMITS: { says: string; refusal: RegExp; node: NodeSpec; shapes: readonly (readonly number[])[] }[] = [
  {
    says: 'one to three spatial axes',
    refusal: /one to three spatial axes/,
    node: { operator: 'Conv' },
    shapes: [
      [1, 1, 2, 2, 2, 2],
      [1, 1, 1, 1, 1, 1],
    ],
  },
  {
    says: 'one to three spatial axes',
    refusal: /one to three spatial axes/,
    node: { operator: 'ConvTranspose' },
    shapes: [
      [1, 1, 2, 2, 2, 2],
      [1, 1, 1, 1, 1, 1],
    ],
  },
  {
    says: 'for inference',
    refusal: /training_mode/,
    node: { operator: 'BatchNormalization', attributes: { training_mode: { int: 1 } } },
    shapes: [[1, 2, 3], [2], [2], [2], [2]],
  },
  { says: 'over at least one value', refusal: /reduces no values/, node: { operator: 'ReduceMax' }, shapes: [[2, 0]] },
  {
    says: '[N, C, H, W]',
    refusal: /N, C, H, W/,
    node: { operator: 'DepthToSpace', attributes: { blocksize: { int: 1 } } },
    shapes: [[4, 2, 2]],
  },
  {
    says: '[N, C, H, W]',
    refusal: /N, C, H, W/,
    node: { operator: 'SpaceToDepth', attributes: { blocksize: { int: 1 } } },
    shapes: [[4, 2, 2]],
  },
  {
    says: '[N, C, H, W]',
    refusal: /N, C, H, W/,
    node: { operator: 'GridSample' },
    shapes: [
      [1, 1, 2, 2, 2],
      [1, 2, 2, 2, 3],
    ],
  },
  {
    says: 'at most 6 axes',
    refusal: /at most 6/,
    node: { operator: 'Add' },
    shapes: [wideAxes(true), wideAxes(false)],
  },
];

describe('docs/models.md', () => {
  it('lists the operators that there are, each once', () => {
    expect(rows.map(({ name }) => name).sort()).toEqual([...OPERATORS.keys()].sort());
  });

  it.each(LIMITS)('is right about $node.operator: $says', async ({ says, refusal, node, shapes }) => {
    expect(rows.find(({ name }) => name === node.operator)?.limits).toContain(says);
    await expect(run(node, shapes)).rejects.toThrow(refusal);
  });

  it('is right about the versions of ONNX', async () => {
    const [, least, most] = /opsets (\d+) to (\d+)/.exec(page)?.map(Number) ?? [];
    const relu = (opset: number) => run({ operator: 'Relu' }, [[2]], opset);
    expect((await relu(least)).y.shape).toEqual([2]);
    expect((await relu(most)).y.shape).toEqual([2]);
    await expect(relu(least - 1)).rejects.toThrow(/are supported/);
    await expect(relu(most + 1)).rejects.toThrow(/are supported/);
  });
});
