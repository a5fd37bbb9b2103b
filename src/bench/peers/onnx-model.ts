import { PbfWriter } from 'pbf';
import {
  ATTRIBUTE,
  DIMENSION,
  GRAPH,
  MODEL,
  NODE,
  OPERATOR_SET_ID,
  TENSOR,
  TENSOR_SHAPE,
  TENSOR_TYPE,
  TYPE,
  VALUE_INFO,
} from '../../model/onnx/field-numbers.js';

/** The one field of a model that reading has no use for. */
const IR_VERSION_FIELD = 1;

const OPSET = 17;
/** The lowest IR version that may carry opset 17. */
const IR_VERSION = 8;
const FLOAT = 1;
const ATTRIBUTE_INT = 2;
const ATTRIBUTE_INTS = 7;

/** Natural numbers and lists of them, by their names. */
export type Attributes = Readonly<Record<string, number | readonly number[]>>;

/** A float32 tensor that is part of the model. */
export interface Initializer {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** The model `y = opType(x, ...initializers)`, all of fixed shapes. */
export interface NodeModel {
  /** 'Conv', 'MaxPool', … */
  readonly opType: string;
  readonly attributes?: Attributes;
  /** In the order of the node's operands. */
  readonly initializers?: Readonly<Record<string, Initializer>>;
  readonly inputShape: readonly number[];
  readonly outputShape: readonly number[];
}

/**
 * The bytes of an ONNX model of one node; its input is called x and its output y.
 *
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
export function onnxModel(model: NodeModel): Uint8Array {
  const writer = new PbfWriter();
  writer.writeVarintField(IR_VERSION_FIELD, IR_VERSION);
  writer.writeMessage(MODEL.graph, writeGraph, model);
  writer.writeMessage(MODEL.opsetImport, writeOpset, OPSET);
  return writer.finish();
}

function writeOpset(version: number, writer: PbfWriter): void {
  writer.writeStringField(OPERATOR_SET_ID.domain, '');
  writer.writeVarintField(OPERATOR_SET_ID.version, version);
}

function writeGraph(model: NodeModel, writer: PbfWriter): void {
  const { opType, initializers = {}, inputShape, outputShape } = model;
  writer.writeMessage(GRAPH.node, writeNode, model);
  writer.writeStringField(GRAPH.name, opType);
  for (const entry of Object.entries(initializers)) writer.writeMessage(GRAPH.initializer, writeInitializer, entry);
  writer.writeMessage(GRAPH.input, writeValueInfo, ['x', inputShape]);
  writer.writeMessage(GRAPH.output, writeValueInfo, ['y', outputShape]);
}

function writeNode({ opType, attributes = {}, initializers = {} }: NodeModel, writer: PbfWriter): void {
  for (const name of ['x', ...Object.keys(initializers)]) writer.writeStringField(NODE.input, name);
  writer.writeStringField(NODE.output, 'y');
  writer.writeStringField(NODE.opType, opType);
  for (const entry of Object.entries(attributes)) writer.writeMessage(NODE.attribute, writeAttribute, entry);
}

function writeAttribute([name, value]: [string, number | readonly number[]], writer: PbfWriter): void {
  writer.writeStringField(ATTRIBUTE.name, name);
  if (typeof value === 'number') writer.writeVarintField(ATTRIBUTE.i, value);
  else for (const item of value) writer.writeVarintField(ATTRIBUTE.ints, item);
  writer.writeVarintField(ATTRIBUTE.type, typeof value === 'number' ? ATTRIBUTE_INT : ATTRIBUTE_INTS);
}

function writeInitializer([name, { data, shape }]: [string, Initializer], writer: PbfWriter): void {
  for (const length of shape) writer.writeVarintField(TENSOR.dims, length);
  writer.writeVarintField(TENSOR.dataType, FLOAT);
  writer.writeStringField(TENSOR.name, name);
  writer.writeBytesField(TENSOR.rawData, littleEndian(data));
}

function writeValueInfo([name, shape]: [string, readonly number[]], writer: PbfWriter): void {
  writer.writeStringField(VALUE_INFO.name, name);
  writer.writeMessage(VALUE_INFO.type, writeType, shape);
}

function writeType(shape: readonly number[], writer: PbfWriter): void {
  writer.writeMessage(TYPE.tensorType, writeTensorType, shape);
}

function writeTensorType(shape: readonly number[], writer: PbfWriter): void {
  writer.writeVarintField(TENSOR_TYPE.elemType, FLOAT);
  writer.writeMessage(TENSOR_TYPE.shape, writeShape, shape);
}

function writeShape(shape: readonly number[], writer: PbfWriter): void {
  for (const length of shape) writer.writeMessage(TENSOR_SHAPE.dim, writeDimension, length);
}

function writeDimension(length: number, writer: PbfWriter): void {
  writer.writeVarintField(DIMENSION.dimValue, length);
}

/** The order of raw data, whatever the machine's. */
function littleEndian(data: Float32Array): Uint8Array {
  const bytes = new Uint8Array(4 * data.length);
  const view = new DataView(bytes.buffer);
  data.forEach((value, index) => {
    view.setFloat32(4 * index, value, true);
  });
  return bytes;
}
