import { ModelError } from '../../errors.js';
import { STRING_CODE } from './element-types.js';
import type { ExternalData } from './external-data.js';
import { ATTRIBUTE } from './field-numbers.js';
import { decodeTensor } from './tensor.js';
import { emptyTensor, readTensorMessage, type TensorMessage } from './tensor-message.js';
import type { OnnxAttribute } from './types.js';
import { Fields } from './wire.js';

/** An AttributeProto as it stands in the file. Which of the values counts is for its type to tell. */
export interface AttributeMessage {
  name: string;
  /** AttributeProto.AttributeType. */
  type: number;
  /** The first field that holds a value; a zero or an empty list may have none. */
  place: number;
  float: number;
  int: number;
  text: string;
  tensor: TensorMessage | undefined;
  readonly floats: number[];
  readonly ints: number[];
  readonly texts: string[];
}

interface AttributeType {
  readonly kind: OnnxAttribute['kind'];
  /** The field for its value. */
  readonly place: number;
}

/** By AttributeProto.AttributeType. A list of graphs is no less of a reason to refuse a node than one graph. */
const TYPES: ReadonlyMap<number, AttributeType> = new Map([
  [1, { kind: 'float', place: ATTRIBUTE.f }],
  [2, { kind: 'int', place: ATTRIBUTE.i }],
  [3, { kind: 'string', place: ATTRIBUTE.s }],
  [4, { kind: 'tensor', place: ATTRIBUTE.t }],
  [5, { kind: 'graph', place: ATTRIBUTE.g }],
  [6, { kind: 'floats', place: ATTRIBUTE.floats }],
  [7, { kind: 'ints', place: ATTRIBUTE.ints }],
  [8, { kind: 'strings', place: ATTRIBUTE.strings }],
  [9, { kind: 'other', place: ATTRIBUTE.tensors }],
  [10, { kind: 'graph', place: ATTRIBUTE.graphs }],
  [11, { kind: 'other', place: ATTRIBUTE.sparseTensor }],
  [12, { kind: 'other', place: ATTRIBUTE.sparseTensors }],
  [13, { kind: 'other', place: ATTRIBUTE.tp }],
  [14, { kind: 'other', place: ATTRIBUTE.typeProtos }],
]);

const PLACES: ReadonlySet<number> = new Set([...TYPES.values()].map(({ place }) => place));

export function emptyAttribute(): AttributeMessage {
  return {
    name: '',
    type: 0,
    place: 0,
    float: 0,
    int: 0,
    text: '',
    tensor: undefined,
    floats: [],
    ints: [],
    texts: [],
  };
}

/** Fills `attribute`, so that an error finds as much of it as was read. */
export function readAttribute(bytes: Uint8Array, attribute: AttributeMessage): void {
  const fields = new Fields(bytes);
  for (let field = fields.next(); field !== 0; field = fields.next()) {
    if (PLACES.has(field)) notePlace(field, attribute);
    readField(fields, field, attribute);
  }
  if (attribute.name === '') throw new ModelError('has no name');
  checkPlace(attribute);
}

function notePlace(field: number, attribute: AttributeMessage): void {
  if (attribute.place !== 0 && attribute.place !== field) throw new ModelError('has values of two types');
  attribute.place = field;
}

/** A value in another place than the type's would be passed over in silence. */
function checkPlace({ type, place }: AttributeMessage): void {
  const expected = TYPES.get(type);
  if (type === 0) throw new ModelError('has no type');
  if (expected === undefined) throw new ModelError(`has the unknown type ${type}`);
  if (place !== 0 && place !== expected.place) {
    throw new ModelError(`is of type ${type}, whose field is ${expected.place}, but has its value in field ${place}`);
  }
}

function readField(fields: Fields, field: number, attribute: AttributeMessage): void {
  switch (field) {
    case ATTRIBUTE.name:
      attribute.name = fields.text();
      break;
    case ATTRIBUTE.type:
      attribute.type = fields.int();
      break;
    case ATTRIBUTE.f:
      attribute.float = fields.float();
      break;
    case ATTRIBUTE.i:
      attribute.int = fields.int();
      break;
    case ATTRIBUTE.s:
      attribute.text = fields.lenientText();
      break;
    case ATTRIBUTE.t:
      if (attribute.tensor !== undefined) throw new ModelError('has two tensors');
      attribute.tensor = emptyTensor(fields.bytes());
      readTensorMessage(attribute.tensor);
      break;
    case ATTRIBUTE.floats:
      fields.numbers('float', (value) => attribute.floats.push(value));
      break;
    case ATTRIBUTE.ints:
      fields.numbers('int', (value) => attribute.ints.push(value));
      break;
    case ATTRIBUTE.strings:
      attribute.texts.push(fields.lenientText());
      break;
    case ATTRIBUTE.refAttrName:
      throw new ModelError('refers to an attribute of a function, but the graph is none');
  }
}

/** @throws ModelError that does not name the attribute yet */
export function decodeAttribute(attribute: AttributeMessage, external: ExternalData): OnnxAttribute {
  const kind = TYPES.get(attribute.type)?.kind ?? 'other';
  switch (kind) {
    case 'float':
      return { kind, value: attribute.float };
    case 'int':
      return { kind, value: attribute.int };
    case 'string':
      return { kind, value: attribute.text };
    case 'floats':
      return { kind, value: Object.freeze(attribute.floats) };
    case 'ints':
      return { kind, value: Object.freeze(attribute.ints) };
    case 'strings':
      return { kind, value: Object.freeze(attribute.texts) };
    case 'tensor':
      return decodeTensorAttribute(attribute.tensor, external);
    case 'graph':
    case 'other':
      return { kind, value: undefined };
  }
}

/** Tensors of text belong to operators that nothing here could run: whoever refuses the node names it better. */
function decodeTensorAttribute(tensor: TensorMessage | undefined, external: ExternalData): OnnxAttribute {
  if (tensor === undefined) throw new ModelError('should hold a tensor, but has none');
  if (tensor.code === STRING_CODE) return { kind: 'other', value: undefined };
  return { kind: 'tensor', value: decodeTensor(tensor, external) };
}
