import { elementCount, formatShape, type Shape } from '../../shape.js';
import { expanded, strided } from '../specialise/general.js';
import type { Lowering, NodeContext } from '../specialise/node-context.js';
import { emptyValue, knownInts, knownValue, reshaped, sizeOf } from '../specialise/value.js';

/** @see https://onnx.ai/onnx/operators/onnx__Reshape.html */
export const reshape: Lowering = (node) => {
  const x = node.input(0);
  const wanted = node.list(1) ?? node.fail('input 1 is missing');
  const copiesZeros = node.int('allowzero', 0) === 0;
  const sizes = wanted.map((size, axis) => (size === 0 && copiesZeros ? (x.shape[axis] ?? 0) : size));
  const open = sizes.indexOf(-1);
  const fixed = sizes.filter((size) => size !== -1).reduce((product, size) => product * size, 1);
  if (open !== -1) sizes[open] = fixed === 0 ? 0 : sizeOf(x) / fixed;
  const fits =
    sizes.every((size) => Number.isInteger(size) && size >= 0) && elementCount(sizes, node.label) === sizeOf(x);
  if (!fits) node.fail(`${node.describe(x)} cannot be reshaped to ${formatShape(wanted)}`);
  return reshaped(x, sizes);
};

/** @see https://onnx.ai/onnx/operators/onnx__Flatten.html */
export const flatten: Lowering = (node) => {
  const x = node.input(0);
  const given = node.int('axis', 1);
  const axis = given === x.shape.length ? given : node.axis(given, x.shape.length);
  const outer = elementCount(x.shape.slice(0, axis), node.label);
  return reshaped(x, [outer, elementCount(x.shape.slice(axis), node.label)]);
};

/** @see https://onnx.ai/onnx/operators/onnx__Squeeze.html */
export const squeeze: Lowering = (node) => {
  const x = node.input(0);
  const given = node.listOf('axes', 1, 13);
  const axes =
    given?.map((axis) => node.axis(axis, x.shape.length)) ??
    x.shape.flatMap((size, axis) => (size === 1 ? [axis] : []));
  const wide = axes.find((axis) => x.shape[axis] !== 1);
  if (wide !== undefined) node.fail(`axis ${wide} of ${node.describe(x)} is not 1`);
  return reshaped(
    x,
    x.shape.filter((_, axis) => !axes.includes(axis)),
  );
};

/** @see https://onnx.ai/onnx/operators/onnx__Unsqueeze.html */
export const unsqueeze: Lowering = (node) => {
  const x = node.input(0);
  const given = node.listOf('axes', 1, 13) ?? node.fail('axes are missing');
  const rank = x.shape.length + given.length;
  const axes = new Set(given.map((axis) => node.axis(axis, rank)));
  if (axes.size !== given.length) node.fail(`axes ${given.join(', ')} repeat`);
  const sizes = [...x.shape];
  return reshaped(
    x,
    Array.from({ length: rank }, (_, axis) => (axes.has(axis) ? 1 : (sizes.shift() ?? 1))),
  );
};

/** @see https://onnx.ai/onnx/operators/onnx__Shape.html */
export const shapeOf: Lowering = (node) => {
  const { shape } = node.input(0);
  const place = (given: number) => Math.min(shape.length, Math.max(0, given < 0 ? given + shape.length : given));
  return knownInts(shape.slice(place(node.int('start', 0)), place(node.int('end', shape.length))));
};

export const size: Lowering = (node) => reshaped(knownInts([sizeOf(node.input(0))]), []);

export const identity: Lowering = (node) => node.input(0);

/** Of a network that is not trained. The mask, where somebody wants it, lets everything pass. */
export const dropout: Lowering = (node) => {
  const x = node.input(0);
  const trains = node.opset >= 12 && (node.scalar(2) ?? 0) !== 0;
  if (trains && (node.scalar(1) ?? 0.5) !== 0) node.fail('training_mode is not supported');
  if (!node.wants(1)) return x;
  return [x, expanded(node, knownValue(Float64Array.of(1), [], 'bool'), x.shape)];
};

/** @see https://onnx.ai/onnx/operators/onnx__Constant.html */
export const constant: Lowering = (node) => {
  const tensor = node.tensor('value');
  if (tensor !== undefined) return knownValue(tensor.data, tensor.shape, tensor.type);
  if (node.has('value_float')) return knownValue(Float32Array.of(node.float('value_float', 0)), [], 'float32');
  if (node.has('value_int')) return knownValue(Float64Array.of(node.int('value_int', 0)), [], 'int64');
  const [floats, ints] = [node.floats('value_floats'), node.ints('value_ints')];
  if (floats !== undefined) return knownValue(Float32Array.from(floats), [floats.length], 'float32');
  if (ints !== undefined) return knownInts(ints);
  return node.fail('has no value that is supported: value, value_float, value_floats, value_int or value_ints');
};

/** @see https://onnx.ai/onnx/operators/onnx__ConstantOfShape.html */
export const constantOfShape: Lowering = (node) => {
  const wanted = readSizes(node, node.list(0) ?? []);
  const value = node.tensor('value');
  const type = value?.type ?? 'float32';
  if (wanted.includes(0)) return emptyValue(wanted, type);
  const one = knownValue(value?.data ?? Float32Array.of(0), [], type);
  return strided(node, one, { sizes: wanted, strides: wanted.map(() => 0) }, wanted);
};

function readSizes(node: NodeContext, sizes: readonly number[]): Shape {
  if (sizes.some((given) => !Number.isInteger(given) || given < 0)) node.fail(`${formatShape(sizes)} is no shape`);
  elementCount(sizes, node.label);
  return sizes;
}
