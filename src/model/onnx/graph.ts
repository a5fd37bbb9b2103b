import { ModelError } from '../../errors.js';
import { ExternalData, type ExternalFiles } from './external-data.js';
import type { ModelMessage } from './model-message.js';
import { decodeNode, nodeName } from './node.js';
import { inPart, quote } from './parts.js';
import { decodeTensor } from './tensor.js';
import type { TensorMessage } from './tensor-message.js';
import type { OnnxGraph, OnnxNode, OnnxTensor, OnnxValueInfo } from './types.js';

/** Versions of the default domain whose operators are known. */
const MIN_OPSET = 7;
const MAX_OPSET = 21;

/** Checks what the messages of a file say of each other, and reads the values of its tensors. */
export function buildGraph({ producer, opsets, graph }: ModelMessage, files: ExternalFiles | undefined): OnnxGraph {
  const opset = checkOpset(opsets.get(''));
  const external = new ExternalData(files);
  const nodes = graph.nodes.map((node) => decodeNode(node, external));
  const inputs = graph.inputs.filter(({ name }) => !graph.initializers.has(name));
  checkUnique(graph.inputs, 'input');
  checkUnique(graph.outputs, 'output');
  checkOrder(nodes, [...inputs.map(({ name }) => name), ...graph.initializers.keys()], graph.outputs);
  return Object.freeze({
    name: graph.name,
    opset,
    opsets,
    producer,
    nodes: Object.freeze(nodes),
    inputs: Object.freeze(inputs),
    outputs: Object.freeze(graph.outputs),
    initializers: decodeInitializers(graph.initializers, external),
  });
}

function checkOpset(version: number | undefined): number {
  if (version === undefined) throw new ModelError('imports no operators of the default domain');
  if (version >= MIN_OPSET && version <= MAX_OPSET) return version;
  throw new ModelError(
    `needs version ${version} of ONNX's operators, but ${MIN_OPSET} to ${MAX_OPSET} are supported: ` +
      'convert the model or export it again',
  );
}

function decodeInitializers(
  messages: ReadonlyMap<string, TensorMessage>,
  external: ExternalData,
): Map<string, OnnxTensor> {
  const initializers = new Map<string, OnnxTensor>();
  for (const [name, message] of messages) {
    const tensor = inPart(
      () => `initializer ${quote(name)}`,
      () => decodeTensor(message, external),
    );
    initializers.set(name, tensor);
  }
  return initializers;
}

function checkUnique(values: readonly OnnxValueInfo[], kind: string): void {
  const seen = new Set<string>();
  for (const { name } of values) {
    if (seen.has(name)) throw new ModelError(`${kind} ${quote(name)}: is there twice`);
    seen.add(name);
  }
}

/** Every value is written once, and before it is read. */
function checkOrder(nodes: readonly OnnxNode[], given: Iterable<string>, outputs: readonly OnnxValueInfo[]): void {
  const known = new Set(given);
  nodes.forEach((node, index) => {
    for (const name of node.inputs) {
      if (name === '' || known.has(name)) continue;
      throw new ModelError(`${nodeName(node, index)}: reads ${quote(name)}, which ${whoWrites(name, nodes)}`);
    }
    for (const name of node.outputs) {
      if (name === '') continue;
      if (known.has(name)) {
        throw new ModelError(`${nodeName(node, index)}: writes ${quote(name)}, which there is already`);
      }
      known.add(name);
    }
  });
  const missing = outputs.find(({ name }) => !known.has(name));
  if (missing === undefined) return;
  throw new ModelError(
    `output ${quote(missing.name)}: no node writes it, and it is neither an input nor an initializer`,
  );
}

function whoWrites(name: string, nodes: readonly OnnxNode[]): string {
  const index = nodes.findIndex(({ outputs }) => outputs.includes(name));
  if (index < 0) return 'no node writes and is neither an input nor an initializer';
  return `only ${nodeName(nodes[index], index)} writes: nodes must stand in the order in which they run`;
}
