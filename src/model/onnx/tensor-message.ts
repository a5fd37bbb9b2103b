import { ModelError } from '../../errors.js';
import { STRING_STRING_ENTRY, TENSOR } from './field-numbers.js';
import { Fields, type NumberKind } from './wire.js';

/** A TensorProto as it stands in the file: its header is read, its values are only counted. */
export interface TensorMessage {
  readonly bytes: Uint8Array;
  name: string;
  /** TensorProto.DataType; 0 where the file does not tell. */
  code: number;
  readonly shape: number[];
  raw: Uint8Array | undefined;
  /** How many values each of the typed fields holds. */
  readonly counts: Map<number, number>;
  /** The last packed chunk of a typed field: where it holds all of the values, they are as good as raw ones. */
  packed: Uint8Array | undefined;
  /** Whether the values lie in another file, which `externalData` tells about. */
  external: boolean;
  readonly externalData: Map<string, string>;
}

/** The typed fields, and what each is on the wire. */
export const TYPED_FIELDS: ReadonlyMap<number, { readonly name: string; readonly kind: NumberKind }> = new Map([
  [TENSOR.floatData, { name: 'float_data', kind: 'float' }],
  [TENSOR.int32Data, { name: 'int32_data', kind: 'int' }],
  [TENSOR.int64Data, { name: 'int64_data', kind: 'int' }],
  [TENSOR.doubleData, { name: 'double_data', kind: 'double' }],
  [TENSOR.uint64Data, { name: 'uint64_data', kind: 'uint' }],
] as const);

/** The checksum, which is optional, is not among them: it says nothing about what may be done with the values. */
const EXTERNAL_KEYS: ReadonlySet<string> = new Set(['location', 'offset', 'length']);

export function emptyTensor(bytes: Uint8Array): TensorMessage {
  return {
    bytes,
    name: '',
    code: 0,
    shape: [],
    raw: undefined,
    counts: new Map(),
    packed: undefined,
    external: false,
    externalData: new Map(),
  };
}

/** Fills `tensor` from its bytes, so that an error finds as much of it as was read. Takes no memory for values. */
export function readTensorMessage(tensor: TensorMessage): void {
  const fields = new Fields(tensor.bytes);
  for (let field = fields.next(); field !== 0; field = fields.next()) {
    const typed = TYPED_FIELDS.get(field);
    if (typed === undefined) readHeaderField(fields, field, tensor);
    else {
      tensor.counts.set(field, (tensor.counts.get(field) ?? 0) + fields.count(typed.kind));
      tensor.packed = fields.packed();
    }
  }
}

function readHeaderField(fields: Fields, field: number, tensor: TensorMessage): void {
  switch (field) {
    case TENSOR.name:
      tensor.name = fields.text();
      break;
    case TENSOR.dataType:
      tensor.code = fields.int();
      break;
    case TENSOR.dims:
      fields.numbers('int', (size) => tensor.shape.push(size));
      break;
    case TENSOR.rawData:
      tensor.raw = fields.bytes();
      break;
    case TENSOR.dataLocation:
      tensor.external = readLocation(fields.int());
      break;
    case TENSOR.externalData:
      readEntry(fields.bytes(), tensor.externalData);
      break;
    case TENSOR.segment:
      throw new ModelError('is a segment of a larger tensor, which is not supported');
  }
}

function readLocation(location: number): boolean {
  if (location === 0 || location === 1) return location === 1;
  throw new ModelError(`has the unknown data location ${location}`);
}

function readEntry(bytes: Uint8Array, entries: Map<string, string>): void {
  let [key, value] = ['', ''];
  const fields = new Fields(bytes);
  for (let field = fields.next(); field !== 0; field = fields.next()) {
    if (field === STRING_STRING_ENTRY.key) key = fields.text();
    else if (field === STRING_STRING_ENTRY.value) value = fields.text();
  }
  if (!EXTERNAL_KEYS.has(key)) return;
  if (entries.has(key)) throw new ModelError(`its external data has two values of ${key}`);
  entries.set(key, value);
}
