import { ModelError } from '../../errors.js';
import { elementTypeOf, unknownType } from './element-types.js';
import { DIMENSION, TENSOR_SHAPE, TENSOR_TYPE, TYPE, VALUE_INFO } from './field-numbers.js';
import { inPart, partName } from './parts.js';
import { MAX_RANK } from './tensor.js';
import type { OnnxValueInfo } from './types.js';
import { Fields } from './wire.js';

/** Reads the ValueInfoProto of an input or output of the graph; `kind` says which of the two. */
export function readValueInfo(bytes: Uint8Array, kind: 'input' | 'output', index: number): OnnxValueInfo {
  let name = '';
  return inPart(
    () => partName(kind, name, index),
    () => {
      let type: Uint8Array | undefined;
      const fields = new Fields(bytes);
      for (let field = fields.next(); field !== 0; field = fields.next()) {
        if (field === VALUE_INFO.name) name = fields.text();
        else if (field === VALUE_INFO.type) type = fields.bytes();
      }
      if (name === '') throw new ModelError('has no name');
      return Object.freeze({ name, ...readTensorType(tensorTypeOf(type)) });
    },
  );
}

/** Inputs and outputs may also be sequences, maps and optional values. */
function tensorTypeOf(type: Uint8Array | undefined): Uint8Array {
  if (type === undefined) throw new ModelError('has no type');
  const fields = new Fields(type);
  let tensorType: Uint8Array | undefined;
  for (let field = fields.next(); field !== 0; field = fields.next()) {
    if (field === TYPE.tensorType) tensorType = fields.bytes();
  }
  if (tensorType === undefined) throw new ModelError('must be a dense tensor, but is something else');
  return tensorType;
}

function readTensorType(bytes: Uint8Array): Pick<OnnxValueInfo, 'type' | 'shape'> {
  let code = 0;
  let shape: readonly number[] | undefined;
  const fields = new Fields(bytes);
  for (let field = fields.next(); field !== 0; field = fields.next()) {
    if (field === TENSOR_TYPE.elemType) code = fields.int();
    else if (field === TENSOR_TYPE.shape) shape = readShape(fields.bytes());
  }
  const type = elementTypeOf(code);
  if (type === undefined) throw new ModelError(unknownType(code));
  return { type, shape };
}

function readShape(bytes: Uint8Array): readonly number[] {
  const shape: number[] = [];
  const fields = new Fields(bytes);
  for (let field = fields.next(); field !== 0; field = fields.next()) {
    if (field === TENSOR_SHAPE.dim) shape.push(readDimension(fields.bytes()));
    if (shape.length > MAX_RANK) throw new ModelError(`has more than ${MAX_RANK} axes, the most that are supported`);
  }
  return Object.freeze(shape);
}

/** A dimension that has a name, or nothing at all, is free. So is −1, which some exporters write. */
function readDimension(bytes: Uint8Array): number {
  let size = -1;
  const fields = new Fields(bytes);
  for (let field = fields.next(); field !== 0; field = fields.next()) {
    if (field === DIMENSION.dimValue) size = fields.int();
  }
  if (size < -1 || size > Number.MAX_SAFE_INTEGER) throw new ModelError(`has the size ${size} in its shape`);
  return size;
}
