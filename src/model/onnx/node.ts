import { ModelError } from '../../errors.js';
import { type AttributeMessage, decodeAttribute, emptyAttribute, readAttribute } from './attribute.js';
import type { ExternalData } from './external-data.js';
import { NODE } from './field-numbers.js';
import { inPart, type PartCounter, partName, quote } from './parts.js';
import type { OnnxAttribute, OnnxNode } from './types.js';
import { Fields } from './wire.js';

/** A NodeProto as it stands in the file. */
export interface NodeMessage {
  readonly index: number;
  operator: string;
  domain: string;
  name: string;
  readonly inputs: string[];
  readonly outputs: string[];
  readonly attributes: Map<string, AttributeMessage>;
}

/** `node 3 (Conv 'conv1')`. */
export function nodeName({ operator, name }: Pick<OnnxNode, 'operator' | 'name'>, index: number): string {
  const what = [operator, ...(name === '' ? [] : [quote(name)])].join(' ').trim();
  return what === '' ? `node ${index}` : `node ${index} (${what})`;
}

/** The default domain has two names. */
export function plainDomain(domain: string): string {
  return domain === 'ai.onnx' ? '' : domain;
}

export function readNode(bytes: Uint8Array, index: number, parts: PartCounter): NodeMessage {
  const node: NodeMessage = {
    index,
    operator: '',
    domain: '',
    name: '',
    inputs: [],
    outputs: [],
    attributes: new Map(),
  };
  parts.add();
  return inPart(
    () => nodeName(node, index),
    () => {
      const fields = new Fields(bytes);
      for (let field = fields.next(); field !== 0; field = fields.next()) readField(fields, field, node, parts);
      if (node.operator === '') throw new ModelError('has no operator');
      return node;
    },
  );
}

function readField(fields: Fields, field: number, node: NodeMessage, parts: PartCounter): void {
  switch (field) {
    case NODE.input:
      node.inputs.push(fields.text());
      break;
    case NODE.output:
      parts.add();
      node.outputs.push(fields.text());
      break;
    case NODE.name:
      node.name = fields.text();
      break;
    case NODE.opType:
      node.operator = fields.text();
      break;
    case NODE.domain:
      node.domain = plainDomain(fields.text());
      break;
    case NODE.attribute:
      parts.add();
      addAttribute(fields.bytes(), node.attributes);
      break;
  }
}

function addAttribute(bytes: Uint8Array, attributes: NodeMessage['attributes']): void {
  const attribute = emptyAttribute();
  inPart(
    () => partName('attribute', attribute.name, attributes.size),
    () => {
      readAttribute(bytes, attribute);
      if (attributes.has(attribute.name)) throw new ModelError('is there twice');
      attributes.set(attribute.name, attribute);
    },
  );
}

/** @throws ModelError that names the node, and the attribute that is to blame */
export function decodeNode(node: NodeMessage, external: ExternalData): OnnxNode {
  const { operator, domain, name, index } = node;
  const attributes = new Map<string, OnnxAttribute>();
  for (const [key, attribute] of node.attributes) {
    const part = () => `${nodeName(node, index)}: ${partName('attribute', key, 0)}`;
    attributes.set(
      key,
      inPart(part, () => Object.freeze(decodeAttribute(attribute, external))),
    );
  }
  const inputs = Object.freeze(node.inputs);
  const outputs = Object.freeze(node.outputs);
  return Object.freeze({ operator, domain, name, inputs, outputs, attributes });
}
