import {
  bytes as bytesField,
  concat,
  doubles,
  type Field,
  float,
  floats,
  integer,
  integers,
  message,
  text,
} from './protobuf-writer.js';

/** Codes of TensorProto.DataType, of types that are read and of some that are not. */
export const DATA_TYPES = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  complex64: 14,
  bfloat16: 16,
  float8e4m3fn: 17,
  int4: 22,
} as const;

export type DataType = keyof typeof DATA_TYPES;

export interface TensorSpec {
  /** 'float32' unless told otherwise. */
  readonly type?: DataType;
  readonly shape: readonly number[];
  /** float16 and bfloat16 are given by their bits. Strings make a tensor of text. */
  readonly values?: readonly (number | bigint | string)[] | Float32Array;
  /** `field` writes each value of float_data and its like on its own, `packed` all of them together. */
  readonly encoding?: 'raw' | 'field' | 'packed';
  /** Instead of values: entries of external_data, such as { location, offset, length }. */
  readonly external?: Readonly<Record<string, string>>;
}

/** What an attribute holds tells its type: { int: 1 }, { floats: [1, 2] }. */
export interface AttributeSpec {
  readonly float?: number;
  readonly int?: number | bigint;
  readonly string?: string;
  readonly tensor?: TensorSpec;
  readonly graph?: ModelSpec;
  readonly floats?: readonly number[];
  readonly ints?: readonly (number | bigint)[];
  readonly strings?: readonly string[];
}

export interface NodeSpec {
  readonly operator: string;
  readonly inputs?: readonly string[];
  readonly outputs?: readonly string[];
  readonly name?: string;
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, AttributeSpec>>;
}

export interface ValueSpec {
  readonly name: string;
  readonly type?: DataType;
  /** A string is a dimension's name, −1 an anonymous free one; without a shape not even the rank is known. */
  readonly shape?: readonly (number | string)[];
}

export interface ModelSpec {
  readonly name?: string;
  readonly nodes?: readonly NodeSpec[];
  readonly inputs?: readonly ValueSpec[];
  readonly outputs?: readonly ValueSpec[];
  readonly initializers?: Readonly<Record<string, TensorSpec>>;
  /** Version of the default domain, 17 unless told otherwise. */
  readonly opset?: number;
  /** Other domains by name. */
  readonly opsets?: Readonly<Record<string, number>>;
  readonly producer?: string;
  /** Fields put before those of the model, or of its graph. */
  readonly modelFields?: readonly Field[];
  readonly graphFields?: readonly Field[];
}

/**
 * The bytes of the .onnx file that `spec` describes; nothing is checked, so that broken ones can be written too.
 *
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
export function writeOnnx(spec: ModelSpec): Uint8Array {
  const { opset = 17, opsets = {}, producer = 'convkit tests', modelFields = [] } = spec;
  return concat([
    ...modelFields,
    integer(1, 8), // ModelProto.ir_version
    text(2, producer), // .producer_name
    message(7, graphFields(spec)), // .graph
    ...Object.entries({ '': opset, ...opsets }).map(([domain, version]) => message(8, opsetFields(domain, version))),
  ]);
}

function opsetFields(domain: string, version: number): Field[] {
  return [text(1, domain), integer(2, version)]; // OperatorSetIdProto.domain, version
}

function graphFields({ name = 'graph', nodes, inputs, outputs, initializers, graphFields = [] }: ModelSpec): Field[] {
  return [
    ...graphFields,
    ...(nodes ?? []).map((node) => message(1, nodeFields(node))), // GraphProto.node
    text(2, name),
    ...Object.entries(initializers ?? {}).map(([key, tensor]) => message(5, tensorFields(key, tensor))), // .initializer
    ...(inputs ?? []).map((value) => message(11, valueFields(value))), // .input
    ...(outputs ?? []).map((value) => message(12, valueFields(value))), // .output
  ];
}

function nodeFields({ operator, inputs, outputs, name, domain, attributes }: NodeSpec): Field[] {
  return [
    ...(inputs ?? []).map((input) => text(1, input)), // NodeProto.input
    ...(outputs ?? []).map((output) => text(2, output)), // .output
    ...(name === undefined ? [] : [text(3, name)]),
    text(4, operator), // .op_type
    ...Object.entries(attributes ?? {}).map(([key, value]) => message(5, attributeFields(key, value))), // .attribute
    ...(domain === undefined ? [] : [text(7, domain)]),
  ];
}

/** AttributeProto's field and type for each kind of value. */
function attributeFields(name: string, spec: AttributeSpec): Field[] {
  const { float: f, int, string, tensor, graph, floats: fs, ints, strings } = spec;
  const fields = [text(1, name)];
  const put = (type: number, ...values: Field[]) => fields.push(...values, integer(20, type));
  if (f !== undefined) put(1, float(2, f));
  if (int !== undefined) put(2, integer(3, int));
  if (string !== undefined) put(3, text(4, string));
  if (tensor !== undefined) put(4, message(5, tensorFields('', tensor)));
  if (graph !== undefined) put(5, message(6, graphFields(graph)));
  if (fs !== undefined) put(6, ...fs.map((value) => float(7, value)));
  if (ints !== undefined) put(7, ...ints.map((value) => integer(8, value)));
  if (strings !== undefined) put(8, ...strings.map((value) => text(9, value)));
  return fields;
}

/** The fields of a TensorProto. */
export function tensorFields(name: string, spec: TensorSpec): Field[] {
  const { type = 'float32', shape, external } = spec;
  return [
    ...shape.map((size) => integer(1, size)), // TensorProto.dims
    integer(2, DATA_TYPES[type]), // .data_type
    ...(name === '' ? [] : [text(8, name)]),
    ...(external === undefined ? valueBytes(type, spec) : externalFields(external)),
  ];
}

function externalFields(external: Readonly<Record<string, string>>): Field[] {
  const entries = Object.entries(external).map(([key, value]) => message(13, [text(1, key), text(2, value)]));
  return [...entries, integer(14, 1)]; // TensorProto.external_data, data_location
}

function valueBytes(type: DataType, { values, encoding = 'raw' }: TensorSpec): Field[] {
  if (values === undefined) return [];
  if (type === 'string') return Array.from(values, (value) => text(6, String(value))); // .string_data
  if (encoding === 'raw') return [bytesField(9, rawBytes(type, values as ArrayLike<number | bigint>))]; // .raw_data
  return typedField(type, Array.from(values as ArrayLike<number | bigint>), encoding === 'packed');
}

function typedField(type: DataType, values: (number | bigint)[], packed: boolean): Field[] {
  switch (type) {
    case 'float32':
      return floats(4, values.map(Number), packed); // TensorProto.float_data
    case 'float64':
      return doubles(10, values.map(Number), packed); // .double_data
    case 'int64':
      return integers(7, values, packed); // .int64_data
    case 'uint32':
    case 'uint64':
      return integers(11, values, packed); // .uint64_data
    default:
      return integers(5, values, packed); // .int32_data
  }
}

const ELEMENT_BYTES: Readonly<Record<string, number>> = {
  ...{ float32: 4, float64: 8, int16: 2, uint16: 2, float16: 2, bfloat16: 2 },
  ...{ int32: 4, uint32: 4, int64: 8, uint64: 8, complex64: 8 },
};

/** Little-endian, as raw_data and external data are. */
export function rawBytes(type: DataType, values: ArrayLike<number | bigint>): Uint8Array {
  const size = ELEMENT_BYTES[type] ?? 1;
  const bytes = new Uint8Array(size * values.length);
  const data = new DataView(bytes.buffer);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (type === 'float32') data.setFloat32(4 * i, Number(value), true);
    else if (type === 'float64') data.setFloat64(8 * i, Number(value), true);
    else if (size === 8) data.setBigInt64(8 * i, BigInt(value), true);
    else if (size === 4) data.setInt32(4 * i, Number(value), true);
    else if (size === 2) data.setInt16(2 * i, Number(value), true);
    else data.setInt8(i, Number(value));
  }
  return bytes;
}

/** The fields of a ValueInfoProto. */
function valueFields({ name, type = 'float32', shape }: ValueSpec): Field[] {
  const dimensions = shape?.map((size) => {
    if (typeof size === 'string') return message(1, [text(2, size)]); // TensorShapeProto.dim, .dim_param
    return message(1, size === -1 ? [] : [integer(1, size)]); // .dim_value
  });
  const elementType = integer(1, DATA_TYPES[type]); // TypeProto.Tensor.elem_type
  const tensorType = [elementType, ...(dimensions === undefined ? [] : [message(2, dimensions)])]; // .shape
  return [text(1, name), message(2, [message(1, tensorType)])]; // ValueInfoProto.name, type; TypeProto.tensor_type
}
