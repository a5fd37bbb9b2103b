/**
 * Writes an ONNX model of one node, float32, with fixed shapes, as protobuf bytes.
 *
 * Protobuf's wire format: a message is a sequence of fields. A field is a varint tag, `number << 3 | wireType`,
 * and a value: wire type 0 is a varint (base 128, low bits first, the high bit of a byte tells that more follow),
 * wire type 2 a varint length and that many bytes (a string, raw data, or a message inside of this one).
 * A repeated field is the same tag again and again. Field numbers are those of onnx.proto, named beside each.
 *
 * @see https://protobuf.dev/programming-guides/encoding
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */

const OPSET = 17;
/** The lowest IR version that may carry opset 17. */
const IR_VERSION = 8;
const FLOAT = 1;
const ATTRIBUTE_INT = 2;
const ATTRIBUTE_INTS = 7;

/**
 * The model `y = opType(x, ...initializers)`; its input is called x and its output y.
 *
 * @param {object} facts
 * @param {string} facts.opType 'Conv', 'MaxPool', …
 * @param {Record<string, number | readonly number[]>} [facts.attributes] integers and lists of integers
 * @param {Record<string, { data: Float32Array, shape: readonly number[] }>} [facts.initializers] in the node's order
 * @param {readonly number[]} facts.inputShape
 * @param {readonly number[]} facts.outputShape
 * @returns {Uint8Array}
 */
export function onnxModel({ opType, attributes = {}, initializers = {}, inputShape, outputShape }) {
  const node = [
    ...['x', ...Object.keys(initializers)].map((name) => text(1, name)), // NodeProto.input
    text(2, 'y'), // NodeProto.output
    text(4, opType), // NodeProto.op_type
    ...Object.entries(attributes).map(([name, value]) => message(5, attribute(name, value))), // NodeProto.attribute
  ];
  const graph = [
    message(1, node), // GraphProto.node
    text(2, opType), // GraphProto.name
    ...Object.entries(initializers).map(([name, tensor]) => message(5, initializer(name, tensor))), // .initializer
    message(11, valueInfo('x', inputShape)), // GraphProto.input
    message(12, valueInfo('y', outputShape)), // GraphProto.output
  ];
  const opset = [text(1, ''), integer(2, OPSET)]; // OperatorSetIdProto.domain, version
  return Buffer.concat([
    integer(1, IR_VERSION), // ModelProto.ir_version
    message(7, graph), // ModelProto.graph
    message(8, opset), // ModelProto.opset_import
  ]);
}

function attribute(name, value) {
  const list = Array.isArray(value);
  return [
    text(1, name), // AttributeProto.name
    ...(list ? value.map((item) => integer(8, item)) : [integer(3, value)]), // AttributeProto.ints, i
    integer(20, list ? ATTRIBUTE_INTS : ATTRIBUTE_INT), // AttributeProto.type
  ];
}

function initializer(name, { data, shape }) {
  return [
    ...shape.map((length) => integer(1, length)), // TensorProto.dims
    integer(2, FLOAT), // TensorProto.data_type
    text(8, name), // TensorProto.name
    bytes(9, littleEndian(data)), // TensorProto.raw_data
  ];
}

function valueInfo(name, shape) {
  const dimensions = shape.map((length) => message(1, [integer(1, length)])); // TensorShapeProto.dim, .dim_value
  const tensorType = [integer(1, FLOAT), message(2, dimensions)]; // TypeProto.Tensor.elem_type, shape
  return [text(1, name), message(2, [message(1, tensorType)])]; // ValueInfoProto.name, type; TypeProto.tensor_type
}

function integer(field, value) {
  return Buffer.concat([varint(field << 3), varint(value)]);
}

function bytes(field, content) {
  return Buffer.concat([varint((field << 3) | 2), varint(content.length), content]);
}

function text(field, content) {
  return bytes(field, Buffer.from(content, 'utf8'));
}

function message(field, parts) {
  return bytes(field, Buffer.concat(parts));
}

function varint(value) {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`onnxModel: ${value} is no natural number`);
  const out = [];
  let rest = value;
  while (rest >= 128) {
    out.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  out.push(rest);
  return Buffer.from(out);
}

function littleEndian(data) {
  const out = Buffer.from(Float32Array.from(data).buffer);
  return new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? out : out.swap32();
}
