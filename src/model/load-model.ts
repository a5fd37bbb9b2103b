import { backendFor } from '../backend/select.js';
import { ArgumentError, UnsupportedError } from '../errors.js';
import { readInteger } from '../geometry/axes.js';
import { readOptions, readWord } from '../geometry/options.js';
import type { FileUrl } from '../platform.js';
import { Model } from './model.js';
import { labelOf } from './onnx/label.js';
import type { OnnxGraph } from './onnx/types.js';
import type { OPERATORS } from './operators/index.js';

/** What the native core takes. */
const MOST_THREADS = 1024;

/** Programs share their weights, so that many may stay: enough for every batch size of a Batcher, and a few pictures. */
const DEFAULT_SHAPE_SETS = 32;

/** How a model is to run. */
export interface LoadModelOptions {
  /** At most so many threads of the library's pool take part in a run. Default: all of them. Never changes a value. */
  readonly threads?: number | undefined;
  /** 'native' or 'typescript' for this model alone. Default 'auto': what `setBackend` or the environment chooses, at each run. */
  readonly backend?: 'auto' | 'native' | 'typescript' | undefined;
  /** What the network computes in. Default, and so far all there is: 'float32'. */
  readonly precision?: 'float32' | undefined;
  /**
   * At most so many sets of input shapes stay compiled, those used last; another one takes the place of the oldest. Each
   * has working memory of its own, but they share weights. Default 32.
   */
  readonly maxShapeSets?: number | undefined;
  /**
   * Bytes that a tensor of the network may have, four for each number, whether a file, a feed or the network itself says how
   * large it is; a larger one is refused, by its node, before any memory is taken for it. Default 1 GiB.
   */
  readonly maxTensorBytes?: number | undefined;
}

/**
 * Reads an ONNX network of opset 7 to 21. Nothing is compiled yet: that takes shapes, which `model.warmup` or the first
 * run brings.
 *
 * @param source A path, a file: URL, or the file's bytes, which must not change while the model lives. Values that lie
 *   in files of their own, in the model's folder or below it, are read where the model has a path.
 * @throws (as a rejection) ModelError where a file cannot be read, is damaged or contradicts itself; UnsupportedError
 *   that lists every node whose operator is not supported, or where the backend that was asked for cannot load;
 *   ArgumentError where `source` or an option is none
 * @see https://onnx.ai/onnx/operators for what each operator computes, and docs/models.md for the list of them
 * @example
 * const model = await loadModel('resnet18.onnx');
 * console.log(model.inputs); // [{ name: 'input', shape: [-1, 3, 224, 224], type: 'float32' }]
 * const { logits } = await model.run(new Tensor(pixels, [1, 3, 224, 224]));
 */
export async function loadModel(source: string | FileUrl | Uint8Array, options?: LoadModelOptions): Promise<Model> {
  const given = readOptions('loadModel', options, [
    'backend',
    'maxShapeSets',
    'maxTensorBytes',
    'precision',
    'threads',
  ]);
  readWord('loadModel: precision', given.precision, ['float32'], 'float32');
  const choice = readWord('loadModel: backend', given.backend, ['auto', 'native', 'typescript'], 'auto');
  const threads = Math.min(readCount('threads', given.threads) ?? 0, MOST_THREADS);
  const capacity = readCount('maxShapeSets', given.maxShapeSets) ?? DEFAULT_SHAPE_SETS;
  const tensorBytes = readCount('maxTensorBytes', given.maxTensorBytes);
  const { loadOnnx, operators, Specialisations } = await machinery();
  const graph = await loadOnnx(source);
  checkOperators(graph, operators);
  const backend = choice === 'auto' ? undefined : backendFor(choice, 'loadModel');
  return new Model(graph, new Specialisations(graph, threads, capacity, tensorBytes), backend);
}

/** Reading and specialising take many modules, which a program without models need not wait for. */
async function machinery() {
  const [{ loadOnnx }, { OPERATORS: operators }, { Specialisations }] = await Promise.all([
    import('./onnx/load.js'),
    import('./operators/index.js'),
    import('./specialisations.js'),
  ]);
  return { loadOnnx, operators, Specialisations };
}

function readCount(option: 'threads' | 'maxShapeSets' | 'maxTensorBytes', value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const count = readInteger(`loadModel: ${option}`, value);
  if (count < 1) throw new ArgumentError(`loadModel: ${option} must be at least 1, but got ${count}`);
  return count;
}

/** One error for all, so that nobody has to load again and again to learn the next one. */
function checkOperators(graph: OnnxGraph, operators: typeof OPERATORS): void {
  const unsupported = graph.nodes.filter(({ domain, operator }) => !isDefault(domain) || !operators.has(operator));
  if (unsupported.length === 0) return;
  const lines = unsupported.map((node) => `  ${isDefault(node.domain) ? '' : `${node.domain}.`}${labelOf(node)}`);
  const what = unsupported.length === 1 ? '1 node is' : `${unsupported.length} nodes are`;
  throw new UnsupportedError(`loadModel: ${what} of operators that are not supported:\n${lines.join('\n')}`);
}

function isDefault(domain: string): boolean {
  return domain === '' || domain === 'ai.onnx';
}
