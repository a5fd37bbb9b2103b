import { loadModel, type Tensor } from 'convkit';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../layers/support.js';
import { Archive, type Blob } from '../support/archive.js';
import { expectIdentical } from '../support/compare.js';
import { readFeed, readValues, type StoredTensor } from './stored-tensor.js';

interface NodeCase {
  readonly name: string;
  readonly model: Blob;
  readonly inputs: readonly StoredTensor[];
  readonly outputs: readonly StoredTensor[];
}

const RANDOM = 'drops values at random, by the generator of NumPy';
const TRAINING = 'trains: it updates the running statistics';
const UNROUNDED = 'programs compute in float32, so that casts to shorter floats do not round';
const UNROUNDED_LENGTH = 'goes by the length before it was rounded; PyTorch and onnxruntime by the one that there is';
const SMALLER =
  'its indices count in a smaller output than output_shape says; so that values land elsewhere in onnxruntime too';
const MISDECLARED = 'the tensor that is fed does not have the shape that the model declares';

/** ONNX's tests that cannot pass, each with the reason. One that begins to pass fails the suite. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  test_training_dropout: RANDOM,
  test_training_dropout_default: RANDOM,
  test_training_dropout_default_mask: RANDOM,
  test_training_dropout_mask: RANDOM,
  test_batchnorm_epsilon_training_mode: TRAINING,
  'test_batchnorm_epsilon_training_mode (constants)': TRAINING,
  test_batchnorm_example_training_mode: TRAINING,
  'test_batchnorm_example_training_mode (constants)': TRAINING,
  test_cast_FLOAT_to_BFLOAT16: UNROUNDED,
  ...Object.fromEntries(
    ['linear', 'cubic'].flatMap((mode) => {
      const name = `test_resize_downsample_scales_${mode}_align_corners`;
      return [name, `${name} (constants)`].map((test) => [test, UNROUNDED_LENGTH] as const);
    }),
  ),
  test_maxunpool_export_with_output_shape: SMALLER,
  test_castlike_FLOAT_to_BFLOAT16_expanded: MISDECLARED,
  test_castlike_BFLOAT16_to_FLOAT_expanded: MISDECLARED,
};

/** Their expected values are written out with four decimals. */
const ROUNDED = new Set(['test_gridsample_bicubic']);

/** Of ONNX's own tests, those with initializers instead of inputs not counted. */
const LEAST_PASSING = 420;

const archive = new Archive<readonly NodeCase[]>('onnx-nodes');
const named = archive.index.map((node) => [node.name, node] as const);
const isOnnxs = (name: string) => !name.endsWith('(constants)');

/** ONNX's own tolerance where half or double precision takes part, a stricter one elsewhere; integers are exact. */
function toleranceOf(node: NodeCase, { type }: StoredTensor): { relative: number; absolute: number } {
  if (/int|bool/.test(type)) return { relative: 0, absolute: 0 };
  const tensors = [...node.inputs, ...node.outputs];
  const single = tensors.every((tensor) => !/double|float16/.test(tensor.type)) && !ROUNDED.has(node.name);
  return single ? { relative: 1e-4, absolute: 1e-5 } : { relative: 1e-3, absolute: 1e-7 };
}

function expectOutput(actual: Tensor, stored: StoredTensor, node: NodeCase): void {
  expect(actual.shape).toEqual(stored.shape);
  const expected = readValues(archive, stored);
  const { relative, absolute } = toleranceOf(node, stored);
  const isWithin = (a: number, e: number) =>
    a === e || (Number.isNaN(a) && Number.isNaN(e)) || Math.abs(a - e) <= absolute + relative * Math.abs(e);
  const wrong = expected.findIndex((value, i) => !isWithin(actual.data[i], value));
  expect(wrong === -1 ? undefined : `element ${wrong} is ${actual.data[wrong]}, expected ${expected[wrong]}`).toBe(
    undefined,
  );
}

async function check(node: NodeCase): Promise<void> {
  const model = await loadModel(archive.bytes(node.model));
  try {
    const feeds = Object.fromEntries(node.inputs.map((input) => [input.name, readFeed(archive, input)]));
    expect(model.inputs.map(({ name }) => name)).toEqual(Object.keys(feeds));
    const results = await model.run(feeds);
    expect(Object.keys(results)).toEqual(node.outputs.map(({ name }) => name));
    for (const output of node.outputs) expectOutput(results[output.name], output, node);
    for (const [name, { shape, data }] of Object.entries(model.runSync(feeds))) {
      expectIdentical({ shape, values: data }, { shape: results[name].shape, values: results[name].data });
    }
  } finally {
    model.dispose();
  }
}

describe("ONNX's own tests of its operators", () => {
  it('are all there, and so is every exception', () => {
    const names = new Set(archive.index.map(({ name }) => name));
    expect(names.size).toBe(archive.index.length);
    expect(Object.keys(EXCEPTIONS).filter((name) => !names.has(name))).toEqual([]);
  });

  onEachBackend(() => {
    let passing = 0;

    it.each(named.filter(([name]) => EXCEPTIONS[name] === undefined))('%s', async (name, node) => {
      await check(node);
      if (isOnnxs(name)) passing += 1;
    });

    it.each(named.filter(([name]) => EXCEPTIONS[name] !== undefined))('%s cannot pass', async (_name, node) => {
      await expect(check(node)).rejects.toThrow();
    });

    it(`pass, ${LEAST_PASSING} of them or more`, () => {
      expect(passing).toBeGreaterThanOrEqual(LEAST_PASSING);
    });
  });
});
