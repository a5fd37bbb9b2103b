import { ModelError } from '../../errors.js';
import { GRAPH, MODEL, OPERATOR_SET_ID } from './field-numbers.js';
import { type NodeMessage, plainDomain, readNode } from './node.js';
import { inPart, PartCounter, partName, quote } from './parts.js';
import { emptyTensor, readTensorMessage, type TensorMessage } from './tensor-message.js';
import type { OnnxValueInfo } from './types.js';
import { readValueInfo } from './value-info.js';
import { Fields } from './wire.js';

/** A GraphProto as it stands in the file, the values of its tensors aside. */
export interface GraphMessage {
  name: string;
  readonly nodes: NodeMessage[];
  readonly inputs: OnnxValueInfo[];
  readonly outputs: OnnxValueInfo[];
  readonly initializers: Map<string, TensorMessage>;
}

export interface ModelMessage {
  readonly producer: string;
  readonly opsets: ReadonlyMap<string, number>;
  readonly graph: GraphMessage;
}

/** Every message of the file, held to the wire format; what they say of each other is for `graph.ts` to check. */
export function readModelMessage(bytes: Uint8Array): ModelMessage {
  let [producerName, producerVersion] = ['', ''];
  let graph: Uint8Array | undefined;
  const opsets = new Map<string, number>();
  const parts = new PartCounter();
  const fields = new Fields(bytes);
  for (let field = fields.next(); field !== 0; field = fields.next()) {
    switch (field) {
      case MODEL.producerName:
        producerName = fields.text();
        break;
      case MODEL.producerVersion:
        producerVersion = fields.text();
        break;
      case MODEL.opsetImport:
        parts.add();
        addOpset(fields.bytes(), opsets);
        break;
      case MODEL.graph:
        if (graph !== undefined) throw new ModelError('has two graphs');
        graph = fields.bytes();
        break;
      case MODEL.functions:
        throw new ModelError('defines functions of its own, which are not supported');
      case MODEL.trainingInfo:
        throw new ModelError('has training information, which is not supported: export it for inference');
    }
  }
  if (graph === undefined) throw new ModelError('has no graph: is it an ONNX model?');
  return { producer: `${producerName} ${producerVersion}`.trim(), opsets, graph: readGraphMessage(graph, parts) };
}

function addOpset(bytes: Uint8Array, opsets: Map<string, number>): void {
  let [domain, version] = ['', 0];
  const fields = new Fields(bytes);
  for (let field = fields.next(); field !== 0; field = fields.next()) {
    if (field === OPERATOR_SET_ID.domain) domain = plainDomain(fields.text());
    else if (field === OPERATOR_SET_ID.version) version = fields.int();
  }
  if (opsets.has(domain)) throw new ModelError(`imports the operators of domain ${quote(domain)} twice`);
  opsets.set(domain, version);
}

function readGraphMessage(bytes: Uint8Array, parts: PartCounter): GraphMessage {
  const graph: GraphMessage = { name: '', nodes: [], inputs: [], outputs: [], initializers: new Map() };
  const fields = new Fields(bytes);
  for (let field = fields.next(); field !== 0; field = fields.next()) {
    switch (field) {
      case GRAPH.name:
        graph.name = fields.text();
        break;
      case GRAPH.node:
        graph.nodes.push(readNode(fields.bytes(), graph.nodes.length, parts));
        break;
      case GRAPH.initializer:
        parts.add();
        addInitializer(fields.bytes(), graph.initializers);
        break;
      case GRAPH.input:
        parts.add();
        graph.inputs.push(readValueInfo(fields.bytes(), 'input', graph.inputs.length));
        break;
      case GRAPH.output:
        parts.add();
        graph.outputs.push(readValueInfo(fields.bytes(), 'output', graph.outputs.length));
        break;
      case GRAPH.sparseInitializer:
        throw new ModelError('has sparse initializers, which are not supported');
    }
  }
  return graph;
}

function addInitializer(bytes: Uint8Array, initializers: Map<string, TensorMessage>): void {
  const tensor = emptyTensor(bytes);
  inPart(
    () => partName('initializer', tensor.name, initializers.size),
    () => {
      readTensorMessage(tensor);
      if (tensor.name === '') throw new ModelError('has no name');
      if (initializers.has(tensor.name)) throw new ModelError('is there twice');
      initializers.set(tensor.name, tensor);
    },
  );
}
